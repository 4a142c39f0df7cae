import { DTypeError, ShapeError } from '../../core/errors';
import { showShape } from '../../core/shape';
import type { Tensor } from '../../tensor';
import { checkTensors } from './class-predictions';
import { streamingMetric, type StreamingMetric } from './metric';

/** Of one column, what the target of a sample has several of: sums in double precision. */
interface Column {
  count: number;
  absolute: number;
  squared: number;
  /** The mean of the targets, and the sum of their squared differences from it. */
  mean: number;
  spread: number;
}

/**
 * The mean of |output - target|, both of one shape; averaged over all elements.
 *
 * Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.mean_absolute_error.html
 * @throws ShapeError where the shapes differ
 * @example new Trainer(model, { optimizer, loss: mseLoss, metrics: { mae: mae() } });
 */
export const mae = (): StreamingMetric<number> => regression('mae', ({ absolute, count }) => absolute / count);

/**
 * The root of the mean squared difference of output and target, both of one shape. Where a target has several elements, it
 * is the mean of the roots of each.
 *
 * Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.root_mean_squared_error.html
 * @throws ShapeError where the shapes differ
 * @example new Trainer(model, { optimizer, loss: mseLoss, metrics: { rmse: rmse() } });
 */
export const rmse = (): StreamingMetric<number> =>
  regression('rmse', ({ squared, count }) => Math.sqrt(squared / count));

/**
 * How much of the targets' variance the outputs explain, both of one shape: 1 - squared differences / squared differences
 * from the mean. Where a target has several elements, the mean over each. Targets without variance give 1 if they are met
 * exactly, else 0; fewer than two samples NaN.
 *
 * Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.r2_score.html
 * @throws ShapeError where the shapes differ
 * @example new Trainer(model, { optimizer, loss: mseLoss, metrics: { r2: r2() } });
 */
export const r2 = (): StreamingMetric<number> =>
  regression('r2', ({ count, squared, spread }) => {
    if (count < 2) return NaN;
    if (spread === 0) return squared === 0 ? 1 : 0;
    return 1 - squared / spread;
  });

function regression(name: string, of: (column: Column) => number): StreamingMetric<number> {
  return streamingMetric(name, {
    empty: (): Column[] => [],
    record: (output, target) => pairsOf(name, output, target),
    add(columns, [outputs, targets], { width }) {
      if (columns.length > 0 && columns.length !== width)
        throw new ShapeError(`${name}: samples of ${width} elements come after samples of ${columns.length}`);
      for (let c = 0; c < width; c++) addTo((columns[c] ??= emptyColumn()), outputs, targets, c, width);
    },
    result: (columns) => columns.reduce((sum, column) => sum + of(column), 0) / columns.length,
  });
}

const emptyColumn = (): Column => ({ count: 0, absolute: 0, squared: 0, mean: 0, spread: 0 });

function pairsOf(name: string, output: Tensor, target: Tensor): { tensors: Tensor[]; width: number } {
  checkTensors(name, output, target);
  const [a, b] = [output.shape, target.shape];
  if (output.dtype === 'bool') throw new DTypeError(`${name}: outputs must be numbers, not bool`);
  if (a.length !== b.length || a.some((dim, i) => dim !== b[i]))
    throw new ShapeError(
      `${name}: the output is ${showShape(a)}, the target ${showShape(b)}; reshape one to the other's shape`,
    );
  return { tensors: [output, target], width: a.slice(1).reduce((size, dim) => size * dim, 1) };
}

/** Means are moved sample by sample (Welford), so that no digits are lost where they are large. */
function addTo(
  column: Column,
  outputs: ArrayLike<number>,
  targets: ArrayLike<number>,
  first: number,
  step: number,
): void {
  for (let i = first; i < targets.length; i += step) {
    const difference = outputs[i] - targets[i];
    column.count++;
    column.absolute += Math.abs(difference);
    column.squared += difference * difference;
    const fromMean = targets[i] - column.mean;
    column.mean += fromMean / column.count;
    column.spread += fromMean * (targets[i] - column.mean);
  }
}
