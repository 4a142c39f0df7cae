import { DTypeError, IndexError, ShapeError, ValueError } from '../../core/errors';
import { showShape } from '../../core/shape';
import { show } from '../../module/shape-declaration';
import { isTensor, type Tensor } from '../../tensor';

/** The classes of a batch: which were predicted, and which are right. */
export interface Predictions {
  readonly predicted: ArrayLike<number>;
  readonly actual: ArrayLike<number>;
  /** How many there are, 0 where the output does not tell. */
  readonly classes: number;
}

/** @throws DTypeError for anything but tensors */
export function checkTensors(metric: string, output: Tensor, target: Tensor): void {
  for (const [what, x] of Object.entries({ output, target }))
    if (!isTensor(x)) throw new DTypeError(`${metric}: the ${what} must be a tensor, not ${show(x)}`);
}

/** Which axis of the output holds classes: [N, C, ...] beside labels [N, ...], [C] beside []; null for labels or scores. */
export function classAxis(metric: string, output: Tensor, target: Tensor): number | null {
  checkTensors(metric, output, target);
  const [given, wanted] = [output.shape, target.shape];
  const same = (a: readonly number[]) => a.length === wanted.length && a.every((dim, i) => dim === wanted[i]);
  if (same(given)) return null;
  const axis = wanted.length === 0 ? 0 : 1;
  if (given.length > axis && same(given.filter((_, i) => i !== axis))) return axis;
  throw new ShapeError(
    `${metric}: needs outputs [N, C] and labels [N], or both of one shape, got ${showShape(given)} and ${showShape(wanted)}`,
  );
}

/** What is read to know the classes that were predicted, and those that are right. */
export interface Recorded {
  readonly tensors: readonly [predicted: Tensor, actual: Tensor];
  readonly classes: number;
  /** Whether the output has scores of every class. */
  readonly hasAxis: boolean;
}

/**
 * The classes that an output stands for: the largest of [N, C, ...]; of the target's shape, floats above the threshold are
 * class 1, and integers are classes already.
 */
export function recordPredictions(metric: string, output: Tensor, target: Tensor, threshold = 0.5): Recorded {
  const axis = classAxis(metric, output, target);
  if (axis !== null) return { tensors: [output.argmax(axis), target], classes: output.shape[axis], hasAxis: true };
  if (output.dtype === 'float32') return { tensors: [output.gt(threshold), target], classes: 2, hasAxis: false };
  return { tensors: [output, target], classes: output.dtype === 'bool' ? 2 : 0, hasAxis: false };
}

/** The values of what was recorded. @throws IndexError, ValueError for a label that is no class */
export function predictionsOf(
  metric: string,
  [predicted, actual]: readonly ArrayLike<number>[],
  { classes }: Recorded,
): Predictions {
  for (const labels of [predicted, actual]) checkClasses(metric, labels, classes);
  return { predicted, actual, classes };
}

/** @throws IndexError for a label that is no class, ValueError for one that is no whole number */
export function checkClasses(metric: string, labels: ArrayLike<number>, classes: number): void {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (!Number.isInteger(label)) throw new ValueError(`${metric}: label ${label} is no whole number`);
    if (label < 0 || (classes > 0 && label >= classes))
      throw new IndexError(
        `${metric}: label ${label} is no class; allowed are ${classes > 0 ? `0 to ${classes - 1}` : '0 and above'}`,
      );
  }
}
