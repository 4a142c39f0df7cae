import { ShapeError, ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { add, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { module, Module } from '../module';
import { flagOf, numberOption } from '../module/option-checks';
import { show } from '../module/shape-declaration';
import type { Tensor } from '../tensor';
import { checkFloats, checkShapes } from './loss-checks';
import { pairwiseDistance } from './pairwise-distance';
import { atLeastZero, pointwise } from './pointwise';
import { checkReduction, reduce, type Reduction } from './reduction';

/** What all losses of triplets take. */
export interface TripletOptions {
  /** By how much the negative must be farther away than the positive, above 0. Default 1. */
  readonly margin?: number;
  /** Takes the distance between positive and negative where that is smaller than the anchor's. Default false. */
  readonly swap?: boolean;
  /** Default 'mean'. */
  readonly reduction?: Reduction;
}
export interface TripletMarginLossOptions extends TripletOptions {
  /** The norm that measures distances, above 0; Infinity for the largest difference. Default 2. */
  readonly p?: number;
  /** Added to every difference. Default 1e-6. */
  readonly eps?: number;
}

/** The options that all losses of triplets take, filled in. @throws ValueError for one out of range */
export function checkedTriplet(loss: string, options: TripletOptions): Required<TripletOptions> {
  const { margin = 1, swap = false, reduction = 'mean' } = options;
  return {
    margin: numberOption(loss, 'margin', margin, 'positive'),
    swap: flagOf(loss, 'swap', swap),
    reduction: checkReduction(loss, reduction),
  };
}

function checkedNorm(loss: string, { p = 2, eps = 1e-6 }: TripletMarginLossOptions): { p: number; eps: number } {
  if (!(typeof p === 'number' && p > 0)) throw new ValueError(`${loss}: p must be a number above 0, not ${show(p)}`);
  return { p, eps: numberOption(loss, 'eps', eps) };
}

function checked(loss: string, options: TripletMarginLossOptions): Required<TripletMarginLossOptions> {
  checkOptions(loss, options, ['margin', 'p', 'eps', 'swap', 'reduction']);
  return { ...checkedTriplet(loss, options), ...checkedNorm(loss, options) };
}

const farther = pointwise('tripletMarginLoss', (near: Expr, far: Expr, margin: Expr) =>
  atLeastZero(sub(add(margin, near), far)),
);

/** max(0, margin + distance to the positive - distance to the negative). */
export function tripletLoss(
  loss: string,
  [anchor, positive, negative]: readonly [Tensor, Tensor, Tensor],
  distance: (a: Tensor, b: Tensor) => Tensor,
  { margin, swap, reduction }: Required<TripletOptions>,
): Tensor {
  const near = distance(anchor, positive);
  const far = distance(anchor, negative);
  const farthest = swap ? far.minimum(distance(positive, negative)) : far;
  return reduce(loss, farther(near, farthest, margin), reduction);
}

/**
 * max(0, margin + d(anchor, positive) - d(anchor, negative)), where d is the p-norm of the difference along the last axis:
 * vectors are float32 [N, D] or [D], of one shape; one loss for each triplet, averaged by default.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.triplet_margin_loss.html, which broadcasts
 * where this refuses; `swap` after V. Balntas, E. Riba et al., Learning shallow convolutional feature descriptors with
 * triplet losses.
 * @throws ShapeError where the shapes differ, DTypeError for anything but float32, ValueError for an option out of range
 * @example tripletMarginLoss(tensor([[0, 0]]), tensor([[0, 1]]), tensor([[0, 1.5]])); // 0.5
 */
export function tripletMarginLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletMarginLossOptions = {},
): Tensor {
  const { p, eps, ...others } = checked('tripletMarginLoss', options);
  checkFloats('tripletMarginLoss', { anchor, positive, negative });
  checkShapes('tripletMarginLoss', { anchor, positive, negative });
  if (anchor.shape.length === 0) throw new ShapeError('tripletMarginLoss: the anchor must be [..., D], not a scalar');
  const distance = (a: Tensor, b: Tensor) => pairwiseDistance(a, b, p, eps);
  return tripletLoss('tripletMarginLoss', [anchor, positive, negative], distance, others);
}

/** {@link tripletMarginLoss} as a module. */
@module
export class TripletMarginLoss extends Module {
  constructor(readonly options: TripletMarginLossOptions = {}) {
    super();
    checked('TripletMarginLoss', options);
  }
  forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    return tripletMarginLoss(anchor, positive, negative, this.options);
  }
}
