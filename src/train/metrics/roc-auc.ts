import { ShapeError, ValueError } from '../../core/errors';
import { checkOptions } from '../../core/options';
import { showShape } from '../../core/shape';
import { show } from '../../module/shape-declaration';
import type { Tensor } from '../../tensor';
import { checkClasses, classAxis } from './class-predictions';
import { streamingMetric, type StreamingMetric } from './metric';

export interface RocAucOptions<A extends 'macro' | 'none' = 'macro' | 'none'> {
  /** For outputs [N, C] with C above 2: 'macro' is the mean over the classes, each against the rest, 'none' one for each. Default 'macro'. */
  readonly average?: A;
}

/** A batch, or all of them: scores of each class one after the other, sample by sample. */
interface Scored {
  readonly scores: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
  readonly classes: number;
}

/**
 * The area under the curve of true by false positives: how likely a sample of the class scores higher than one of the
 * others. Outputs are scores [N] of class 1 with labels 0 and 1 [N], or probabilities [N, C], as softmax gives them, with
 * int32 labels [N]: of two classes, class 1 counts, of more each against the rest. It keeps all scores. Where all labels are
 * of one class it is NaN.
 *
 * Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.roc_auc_score.html, multi_class 'ovr'
 * @throws ShapeError where output and target do not fit; ValueError for a score that is NaN, for probabilities that do not
 * sum up to 1, and for a class of several that no label names
 * @example new Trainer(model, { optimizer, loss: bceWithLogitsLoss, metrics: { auc: rocAuc() } });
 */
export function rocAuc<A extends 'macro' | 'none' = 'macro'>(
  options: RocAucOptions<A> = {},
): StreamingMetric<A extends 'none' ? number[] : number> {
  checkOptions('rocAuc', options, ['average']);
  const average: string = options.average ?? 'macro';
  if (average !== 'macro' && average !== 'none')
    throw new ValueError(`rocAuc: average must be 'macro' or 'none', not ${show(average)}`);
  return streamingMetric('rocAuc', {
    empty: (): Scored[] => [],
    record: recorded,
    add: (state, [scores, labels], { classes }) => void state.push(checked({ scores, labels, classes })),
    result: (batches) => areas(batches, average) as A extends 'none' ? number[] : number,
  });
}

function recorded(output: Tensor, target: Tensor): { tensors: Tensor[]; classes: number } {
  const axis = classAxis('rocAuc', output, target);
  if (target.shape.length !== 1 || (axis !== null && output.shape[1] < 2))
    throw new ShapeError(
      `rocAuc: needs scores [N] or probabilities [N, C], and labels [N], got ${showShape(output.shape)} and ${showShape(target.shape)}`,
    );
  return { tensors: [output, target], classes: axis === null ? 1 : output.shape[1] };
}

function checked(batch: Scored): Scored {
  const { scores, labels, classes } = batch;
  checkClasses('rocAuc', labels, Math.max(2, classes));
  if (Array.prototype.some.call(scores, Number.isNaN)) throw new ValueError('rocAuc: a score is NaN');
  if (classes > 1) checkProbabilities(scores, classes);
  return batch;
}

function checkProbabilities(scores: ArrayLike<number>, classes: number): void {
  for (let i = 0; i < scores.length; i += classes) {
    let total = 0;
    for (let c = 0; c < classes; c++) total += scores[i + c];
    if (!(Math.abs(total - 1) < 1e-4))
      throw new ValueError(
        `rocAuc: scores of several classes must be probabilities, and those of sample ${i / classes} sum up to ${total}; ` +
          'take output.softmax(1)',
      );
  }
}

function areas(batches: readonly Scored[], average: string): number | number[] {
  const { classes } = batches[0];
  if (batches.some((batch) => batch.classes !== classes))
    throw new ValueError('rocAuc: batches differ in their classes');
  const labels = batches.flatMap((batch) => Array.from(batch.labels));
  const area = (column: number, positive: number) =>
    areaOf(batches.flatMap(({ scores }) => everyNth(scores, column, classes)), labels.map((label) => label === positive)); // prettier-ignore
  if (classes <= 2) return average === 'none' ? [area(classes - 1, 1)] : area(classes - 1, 1);
  const missing = Array.from({ length: classes }, (_, c) => c).find((c) => !labels.includes(c));
  if (missing !== undefined)
    throw new ValueError(`rocAuc: no label is ${missing}, so it has no curve; leave such a class out of the output`);
  const each = Array.from({ length: classes }, (_, c) => area(c, c));
  return average === 'none' ? each : each.reduce((a, b) => a + b, 0) / classes;
}

const everyNth = (values: ArrayLike<number>, first: number, step: number): number[] =>
  Array.from({ length: values.length / step }, (_, i) => values[first + i * step]);

/** By the ranks of positives among all (Mann and Whitney); equal scores share theirs. */
function areaOf(scores: readonly number[], isPositive: readonly boolean[]): number {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b]);
  let [positives, ranks] = [0, 0];
  for (let start = 0, end = 0; start < order.length; start = end) {
    let among = 0;
    for (end = start; end < order.length && scores[order[end]] === scores[order[start]]; end++)
      among += Number(isPositive[order[end]]);
    positives += among;
    ranks += (among * (start + end + 1)) / 2;
  }
  const negatives = order.length - positives;
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
}
