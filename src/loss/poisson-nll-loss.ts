import { checkOptions } from '../core/options';
import { add, exp, le, log, mul, select, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { module, Module } from '../module';
import { flagOf, numberOption } from '../module/option-checks';
import type { Tensor } from '../tensor';
import type { Agreeing } from '../tensor/shapes/agree';
import { checkElements } from './loss-checks';
import type { ElementLoss } from './loss-types';
import { pointwise } from './pointwise';
import { checkReduction, reduce, type Reduction } from './reduction';

export interface PoissonNLLLossOptions {
  /** Whether the output is the logarithm of the rate. Default true. */
  readonly logInput?: boolean;
  /** Adds Stirling's approximation of log(target!), for targets above 1. Default false. */
  readonly full?: boolean;
  /** Added to the rate inside the logarithm, where `logInput` is false. Default 1e-8. */
  readonly eps?: number;
  /** Default 'mean'. */
  readonly reduction?: Reduction;
}

function checked(loss: string, options: PoissonNLLLossOptions): Required<PoissonNLLLossOptions> {
  checkOptions(loss, options, ['logInput', 'full', 'eps', 'reduction']);
  const { logInput = true, full = false, eps = 1e-8, reduction = 'mean' } = options;
  return {
    logInput: flagOf(loss, 'logInput', logInput),
    full: flagOf(loss, 'full', full),
    eps: numberOption(loss, 'eps', eps, 'notNegative'),
    reduction: checkReduction(loss, reduction),
  };
}

const ofLogRate = pointwise('poissonNLLLoss', (x: Expr, t: Expr) => sub(exp(x), mul(t, x)));
const ofRate = pointwise('poissonNLLLoss of rates', (x: Expr, t: Expr, eps: Expr) => sub(x, mul(t, log(add(x, eps)))));
const stirling = pointwise('Stirling', (t: Expr) =>
  select(le(t, 1), 0, add(sub(mul(t, log(t)), t), mul(0.5, log(mul(2 * Math.PI, t))))),
);

/**
 * The negative log-likelihood of counts under a Poisson distribution, without log(target!) unless `full`:
 * exp(output) - target output, or output - target log(output + eps) where the output is the rate itself. float32 of one
 * shape, averaged by default.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.poisson_nll_loss.html, which broadcasts where
 * this refuses, and whose gradient of a target 0 is NaN with `full`.
 * @throws ShapeError where the shapes differ, DTypeError where the output is not float32, ValueError for a negative eps
 * @example poissonNLLLoss(tensor([0, 1]), tensor([1, 2])); // 0.8591
 */
export const poissonNLLLoss: ElementLoss<'poissonNLLLoss', PoissonNLLLossOptions> = (
  output: Tensor,
  target: Tensor,
  options: PoissonNLLLossOptions = {},
) => {
  const { logInput, full, eps, reduction } = checked('poissonNLLLoss', options);
  checkElements('poissonNLLLoss', output, target);
  const losses = logInput ? ofLogRate(output, target) : ofRate(output, target, eps);
  return reduce('poissonNLLLoss', full ? losses.add(stirling(target)) : losses, reduction);
};

/** {@link poissonNLLLoss} as a module. */
@module
export class PoissonNLLLoss extends Module {
  constructor(readonly options: PoissonNLLLossOptions = {}) {
    super();
    checked('PoissonNLLLoss', options);
  }
  forward<T extends Tensor, U extends Tensor>(output: T, target: Agreeing<'PoissonNLLLoss', T, U>): Tensor;
  forward(output: Tensor, target: Tensor): Tensor {
    return poissonNLLLoss(output, target, this.options);
  }
}
