import { ShapeError } from '../../core/errors';
import { showShape } from '../../core/shape';
import type { Tensor } from '../../tensor';
import { predictionsOf, recordPredictions } from './class-predictions';
import { streamingMetric, type StreamingMetric } from './metric';

/**
 * The share of samples whose largest of [N, C] outputs stands at their int32 label [N].
 *
 * Without arguments, the same over batches as a streaming metric, which also takes outputs [N, C, ...] with labels [N, ...],
 * classes that were predicted already, int32, and scores of a shape with their labels, of which those above 0.5 are class 1.
 * @throws ShapeError where output and target do not fit
 * @example new Trainer(model, { optimizer, loss: crossEntropyLoss, metrics: { accuracy } });
 */
export function accuracy(): StreamingMetric<number>;
export function accuracy(output: Tensor, target: Tensor): Tensor;
export function accuracy(output?: Tensor, target?: Tensor): Tensor | StreamingMetric<number> {
  if (output === undefined || target === undefined) return streamingAccuracy();
  if (output.shape.length !== 2 || target.shape.length !== 1 || output.shape[0] !== target.shape[0])
    throw new ShapeError(
      `accuracy: needs outputs [N, C] and labels [N], got ${showShape(output.shape)} and ${showShape(target.shape)}`,
    );
  return output.argmax(1).eq(target).float().mean();
}

const streamingAccuracy = () =>
  streamingMetric('accuracy', {
    empty: () => ({ right: 0, all: 0 }),
    record: (output, target) => recordPredictions('accuracy', output, target),
    add(state, values, batch) {
      const { predicted, actual } = predictionsOf('accuracy', values, batch);
      for (let i = 0; i < actual.length; i++) state.right += Number(predicted[i] === actual[i]);
      state.all += actual.length;
    },
    result: ({ right, all }) => right / all,
  });
