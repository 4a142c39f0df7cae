import { checkOptions } from '../core/options';
import { abs, constant, div, lt, mul, neg, select, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { module, Module } from '../module';
import { numberOption } from '../module/option-checks';
import type { Tensor } from '../tensor';
import type { Agreeing } from '../tensor/shapes/agree';
import { absoluteError } from './l1-loss';
import { checkElements } from './loss-checks';
import type { ElementLoss } from './loss-types';
import { bounded, pointwise } from './pointwise';
import { checkReduction, reduce, type Reduction } from './reduction';

export interface SmoothL1LossOptions {
  /** Where the parabola ends and the line begins, at least 0. Default 1. */
  readonly beta?: number;
  /** Default 'mean'. */
  readonly reduction?: Reduction;
}

function checked(loss: string, options: SmoothL1LossOptions): Required<SmoothL1LossOptions> {
  checkOptions(loss, options, ['beta', 'reduction']);
  const { beta = 1, reduction = 'mean' } = options;
  return { beta: numberOption(loss, 'beta', beta, 'notNegative'), reduction: checkReduction(loss, reduction) };
}

const smooth = pointwise(
  'smoothL1Loss',
  (x: Expr, t: Expr, beta: Expr) => {
    const distance = abs(sub(x, t));
    const parabola = div(mul(0.5, mul(distance, distance)), beta);
    return select(lt(distance, beta), parabola, sub(distance, mul(0.5, beta)));
  },
  (g, _, x, t, beta) => {
    const slope = mul(g, bounded(div(sub(x, t), beta), constant(1)));
    return [slope, neg(slope), null];
  },
);

/**
 * With d = |output - target|: d^2 / (2 beta) below beta, and d - beta / 2 from there on; float32 of one shape, averaged by
 * default. With beta 0 it is {@link l1Loss}; `huberLoss` is beta times this.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.smooth_l1_loss.html, which broadcasts with a
 * warning where this refuses; https://arxiv.org/abs/1504.08083
 * @throws ShapeError where the shapes differ, DTypeError where the output is not float32, ValueError for a negative beta
 * @example smoothL1Loss(tensor([1, 2]), tensor([1, 4])); // 0.75
 */
export const smoothL1Loss: ElementLoss<'smoothL1Loss', SmoothL1LossOptions> = (
  output: Tensor,
  target: Tensor,
  options: SmoothL1LossOptions = {},
) => {
  const { beta, reduction } = checked('smoothL1Loss', options);
  checkElements('smoothL1Loss', output, target);
  return reduce('smoothL1Loss', beta === 0 ? absoluteError(output, target) : smooth(output, target, beta), reduction);
};

/** {@link smoothL1Loss} as a module. */
@module
export class SmoothL1Loss extends Module {
  constructor(readonly options: SmoothL1LossOptions = {}) {
    super();
    checked('SmoothL1Loss', options);
  }
  forward<T extends Tensor, U extends Tensor>(output: T, target: Agreeing<'SmoothL1Loss', T, U>): Tensor;
  forward(output: Tensor, target: Tensor): Tensor {
    return smoothL1Loss(output, target, this.options);
  }
}
