import { checkOptions } from '../core/options';
import { mul, neg } from '../expr/build';
import type { Expr } from '../expr/expr';
import { module, Module } from '../module';
import type { Tensor } from '../tensor';
import type { Agreeing } from '../tensor/shapes/agree';
import { checkElements } from './loss-checks';
import type { ElementLoss } from './loss-types';
import { pointwise, sigmoid, softplus } from './pointwise';
import { checkReduction, reduce, type Reduction } from './reduction';

export interface SoftMarginLossOptions {
  /** Default 'mean'. */
  readonly reduction?: Reduction;
}

function checked(loss: string, options: SoftMarginLossOptions): Required<SoftMarginLossOptions> {
  checkOptions(loss, options, ['reduction']);
  return { reduction: checkReduction(loss, options.reduction ?? 'mean') };
}

const softMargin = pointwise(
  'softMarginLoss',
  (x: Expr, t: Expr) => softplus(neg(mul(t, x))),
  (g, _, x, t) => {
    const slope = neg(mul(g, sigmoid(neg(mul(t, x)))));
    return [mul(slope, t), mul(slope, x)];
  },
);

/**
 * log(1 + exp(-target output)), for targets 1 and -1 of the output's shape; float32, averaged by default.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.soft_margin_loss.html, which overflows to
 * infinity where -target output is above 88; this goes on.
 * @throws ShapeError where the shapes differ, DTypeError where the output is not float32
 * @example softMarginLoss(tensor([2, -1]), tensor([1, -1])); // 0.2201
 */
export const softMarginLoss: ElementLoss<'softMarginLoss', SoftMarginLossOptions> = (
  output: Tensor,
  target: Tensor,
  options: SoftMarginLossOptions = {},
) => {
  const { reduction } = checked('softMarginLoss', options);
  checkElements('softMarginLoss', output, target);
  return reduce('softMarginLoss', softMargin(output, target), reduction);
};

/** {@link softMarginLoss} as a module. */
@module
export class SoftMarginLoss extends Module {
  constructor(readonly options: SoftMarginLossOptions = {}) {
    super();
    checked('SoftMarginLoss', options);
  }
  forward<T extends Tensor, U extends Tensor>(output: T, target: Agreeing<'SoftMarginLoss', T, U>): Tensor;
  forward(output: Tensor, target: Tensor): Tensor {
    return softMarginLoss(output, target, this.options);
  }
}
