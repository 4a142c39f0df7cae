import { checkOptions } from '../../core/options';
import { numberOption } from '../../module/option-checks';
import { predictionsOf, recordPredictions } from './class-predictions';
import { Confusion } from './confusion';
import { streamingMetric, type StreamingMetric } from './metric';

/** What metrics of classes take. */
export interface ClassMetricOptions {
  /** Above which scores of the labels' shape are class 1; 0 for logits. Default 0.5. */
  readonly threshold?: number;
}

/**
 * How often each class was predicted (columns) for the samples of each (rows), as nested arrays [C, C]. Outputs are
 * [N, C, ...] with labels [N, ...], or of the labels' shape: classes as int32, or scores of class 1.
 *
 * Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.confusion_matrix.html
 * @throws ShapeError where output and target do not fit, IndexError for a label that is no class
 * @example new Trainer(model, { optimizer, loss: crossEntropyLoss, metrics: { accuracy, confusion: confusionMatrix() } });
 */
export function confusionMatrix(options: ClassMetricOptions = {}): StreamingMetric<number[][]> {
  checkOptions('confusionMatrix', options, ['threshold']);
  const threshold = numberOption('confusionMatrix', 'threshold', options.threshold ?? 0.5);
  return streamingMetric('confusionMatrix', {
    empty: () => new Confusion(),
    record: (output, target) => recordPredictions('confusionMatrix', output, target, threshold),
    add: (state, values, batch) => state.add(predictionsOf('confusionMatrix', values, batch)),
    result: (state) => Array.from({ length: state.classes }, (_, actual) => Array.from(state.row(actual))),
    kept: (state) => state.kept(),
    revived: Confusion.revived,
  });
}
