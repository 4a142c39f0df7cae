import { checkOptions } from '../../core/options';
import { crossEntropyLoss } from '../../loss';
import { numberOption } from '../../module/option-checks';
import { streamingMetric, type StreamingMetric } from './metric';

export interface PerplexityOptions {
  /** The label that counts for nothing, such as that of padding. Default -100. */
  readonly ignoreIndex?: number;
}

/**
 * e to the mean cross entropy of the labels: among how many equally likely tokens a model would be as unsure. Outputs are
 * logits [N, C, ...], labels int32 [N, ...]; NaN where no label counts.
 *
 * Source: https://en.wikipedia.org/wiki/Perplexity; the mean is that of sklearn.metrics.log_loss.
 * @throws as crossEntropyLoss, where output and target do not fit
 * @example new Trainer(model, { optimizer, loss: crossEntropyLoss, metrics: { perplexity: perplexity() } });
 */
export function perplexity(options: PerplexityOptions = {}): StreamingMetric<number> {
  checkOptions('perplexity', options, ['ignoreIndex']);
  const ignoreIndex = numberOption('perplexity', 'ignoreIndex', options.ignoreIndex ?? -100);
  return streamingMetric('perplexity', {
    empty: () => ({ sum: 0, count: 0 }),
    record: (output, target) => ({
      tensors: [crossEntropyLoss(output, target, { ignoreIndex, reduction: 'none' }), target],
    }),
    add(state, [losses, labels]) {
      for (let i = 0; i < losses.length; i++) state.sum += losses[i];
      for (let i = 0; i < labels.length; i++) state.count += Number(labels[i] !== ignoreIndex);
    },
    result: ({ sum, count }) => Math.exp(sum / count),
  });
}
