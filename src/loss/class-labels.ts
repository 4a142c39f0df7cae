import type { TypedArray } from '../core/dtype';
import { DTypeError, ShapeError } from '../core/errors';
import { shapeOf, showShape, type Shape } from '../core/shape';
import { ShapeMemo } from '../core/shape-memo';
import { dataAtHand, onDevice } from '../graph/recorder';
import { neg, pick } from '../ops';
import { arange, type Tensor } from '../tensor';
import { wrap } from '../tensor/wrap';
import { checkFloat, checkLabels } from './loss-checks';
import { reduce, type Reduction } from './reduction';

export interface LabelOptions {
  /** One factor per class, shape [C]. */
  readonly weight?: Tensor;
  /** The label that counts for nothing. Default -100. */
  readonly ignoreIndex?: number;
  /** 'mean' divides by the weights of the labels that count. Default 'mean'. */
  readonly reduction?: Reduction;
}

/** Which axis of [C] or [N, C, ...] holds the classes. */
export const classAxis = ({ shape }: Tensor) => (shape.length === 1 ? 0 : 1);

/** 0, 1, ..., C - 1 for an output [..., C]. */
export const classNumbers = (output: Tensor): Tensor => onDevice(output.device, () => arange(output.shape.at(-1)!));

const labelShapes = new ShapeMemo<Shape>();

/** The shape of the labels of an output. */
export function labelShape(output: Tensor): Shape {
  const { shape } = output.node;
  const axis = classAxis(output);
  return labelShapes.get(shape, axis) ?? labelShapes.set(shape, axis, shapeOf(shape.filter((_, i) => i !== axis)));
}

/** @throws DTypeError, ShapeError for an output that is not float32 [C] or [N, C, ...], called `name`; for a weight not [C] */
export function checkClasses(loss: string, name: string, output: Tensor, weight: Tensor | undefined): void {
  checkFloat(loss, name, output);
  if (output.shape.length === 0) throw new ShapeError(`${loss}: ${name} must be [C] or [N, C, ...], not a scalar`);
  const classes = output.shape[classAxis(output)];
  if (weight === undefined) return;
  if (weight.shape.length !== 1 || weight.shape[0] !== classes)
    throw new ShapeError(
      `${loss}: weight must have one factor per class, [${classes}], not ${showShape(weight.shape)}`,
    );
  if (weight.dtype !== 'float32') throw new DTypeError(`${loss}: weight must be float32, not ${weight.dtype}`);
}

/** The log-probabilities, each times the factor of its class. */
export function weighted(logProbabilities: Tensor, weight: Tensor | undefined): Tensor {
  if (!weight) return logProbabilities;
  const { length } = logProbabilities.shape;
  return logProbabilities.mul(length <= 1 ? weight : weight.reshape([-1, ...Array<number>(length - 2).fill(1)]));
}

/**
 * Minus the log-probability of each label, times the factor of its class; with `smoothing` that share of it is spread over
 * all classes.
 */
export function labelLoss(
  loss: string,
  logProbabilities: Tensor,
  target: Tensor,
  { weight, ignoreIndex = -100, reduction = 'mean' }: LabelOptions,
  smoothing = 0,
): Tensor {
  const axis = classAxis(logProbabilities);
  const counted = counting(loss, target, logProbabilities.shape[axis], ignoreIndex);
  const labels = counted ? target.where(counted, 0) : target;
  const factors = weight?.indexSelect(0, labels.reshape([-1])).reshape([...labels.shape]);
  const picked = wrap(neg(pick(logProbabilities.node, axis, labels.node)));
  const all = smoothed(factors ? picked.mul(factors) : picked, logProbabilities, weight, smoothing);
  // chosen, not multiplied by 0: what is ignored may be infinite
  const losses = counted ? all.where(counted, 0) : all;
  if (reduction !== 'mean' || !(counted || factors)) return reduce(loss, losses, reduction);
  return losses.sum().div(countOf(counted, factors));
}

function smoothed(losses: Tensor, logProbabilities: Tensor, weight: Tensor | undefined, smoothing: number): Tensor {
  if (smoothing === 0) return losses;
  const axis = classAxis(logProbabilities);
  const spread = weighted(logProbabilities, weight).sum(axis).neg();
  return losses.mul(1 - smoothing).add(spread.mul(smoothing / logProbabilities.shape[axis]));
}

/** The factors of the labels that count, added up. */
function countOf(counted: Tensor | null, factors: Tensor | undefined): Tensor {
  if (counted && factors) return factors.where(counted, 0).sum();
  return (factors ?? counted!.float()).sum();
}

/** Where labels count, or null where all of them do. Labels at hand are checked here, at the caller's line. */
function counting(loss: string, target: Tensor, classes: number, ignoreIndex: number): Tensor | null {
  checkLabels(loss, target, classes, ignoreIndex, 'to ignore one');
  const labels = dataAtHand(target.node);
  return labels && !holds(labels, ignoreIndex) ? null : target.ne(ignoreIndex);
}

/** A loop: `includes` leaves JavaScript, and takes longer over a batch of labels. */
function holds(labels: TypedArray, label: number): boolean {
  for (let i = 0; i < labels.length; i++) if (labels[i] === label) return true;
  return false;
}
