import { ShapeError } from '../core/errors';
import { checkOptions } from '../core/options';
import { broadcast, showShape } from '../core/shape';
import { add, div, log, lt, max, mul, neg, select, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { module, Module } from '../module';
import { flagOf, numberOption } from '../module/option-checks';
import { isTensor, type Tensor } from '../tensor';
import { checkFloat, checkTensor, checkValues } from './loss-checks';
import { pointwise } from './pointwise';
import { checkReduction, reduce, type Reduction } from './reduction';

export interface GaussianNLLLossOptions {
  /** Adds the constant log(2 pi) / 2. Default false. */
  readonly full?: boolean;
  /** A variance below it counts as this, above 0. Default 1e-6. */
  readonly eps?: number;
  /** Default 'mean'. */
  readonly reduction?: Reduction;
}

function checked(loss: string, options: GaussianNLLLossOptions): Required<GaussianNLLLossOptions> {
  checkOptions(loss, options, ['full', 'eps', 'reduction']);
  const { full = false, eps = 1e-6, reduction = 'mean' } = options;
  return {
    full: flagOf(loss, 'full', full),
    eps: numberOption(loss, 'eps', eps, 'positive'),
    reduction: checkReduction(loss, reduction),
  };
}

const atLeast = (v: Expr, eps: Expr) => select(lt(v, 0), NaN, max(v, eps));

/** The variance has the slope that it would have at eps where it is below: as in PyTorch, raising it is no operation. */
const likelihood = pointwise(
  'gaussianNLLLoss',
  (x: Expr, t: Expr, v: Expr, eps: Expr, constant: Expr) => {
    const [error, variance] = [sub(x, t), atLeast(v, eps)];
    return add(mul(0.5, add(log(variance), div(mul(error, error), variance))), constant);
  },
  (g, _, x, t, v, eps) => {
    const [error, variance] = [sub(x, t), atLeast(v, eps)];
    const slope = mul(g, div(error, variance));
    const ofVariance = sub(div(1, variance), div(div(mul(error, error), variance), variance));
    return [slope, neg(slope), mul(g, mul(0.5, ofVariance)), null, null];
  },
);

/**
 * The negative log-likelihood of targets under normal distributions with the outputs as means: half of
 * log(variance) + (output - target)^2 / variance. float32; the target broadcasts with the output. The variance is a number,
 * or a tensor of the output's shape, of that with one axis of size 1, or without the last axis. Averaged by default.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.gaussian_nll_loss.html
 * @throws ShapeError where shapes do not fit, DTypeError for anything but float32, ValueError for a negative variance at
 * hand (one that is computed gives NaN) or an eps not above 0
 * @example gaussianNLLLoss(tensor([0, 1]), tensor([0, 3]), tensor([1, 4])); // 0.5966
 */
export function gaussianNLLLoss(
  output: Tensor,
  target: Tensor,
  variance: Tensor | number,
  options: GaussianNLLLossOptions = {},
): Tensor {
  const { full, eps, reduction } = checked('gaussianNLLLoss', options);
  checkFloat('gaussianNLLLoss', 'output', output);
  checkTensor('gaussianNLLLoss', 'target', target);
  broadcast('gaussianNLLLoss: output and target', output.node.shape, target.node.shape);
  const variances = fitting(output, variance);
  const losses = likelihood(output, target, variances, eps, full ? 0.5 * Math.log(2 * Math.PI) : 0);
  return reduce('gaussianNLLLoss', losses, reduction);
}

/** The variance as it broadcasts to the output. */
function fitting(output: Tensor, variance: Tensor | number): Tensor | number {
  if (!isTensor(variance)) return numberOption('gaussianNLLLoss', 'the variance', variance, 'notNegative');
  checkFloat('gaussianNLLLoss', 'variance', variance);
  checkValues('gaussianNLLLoss', { variance }, (v) => !(v < 0), 'numbers of at least 0');
  const [wanted, given] = [output.shape, variance.shape];
  if (given.length === wanted.length - 1 && given.every((dim, i) => dim === wanted[i])) return variance.unsqueeze(-1);
  const unequal = given.filter((dim, i) => dim !== wanted[i]);
  if (given.length === wanted.length && unequal.length <= 1 && unequal.every((dim) => dim === 1)) return variance;
  throw new ShapeError(
    `gaussianNLLLoss: a variance of ${showShape(given)} does not fit the output ${showShape(wanted)}: it must have the same ` +
      'shape, one axis of size 1 instead, or lack the last axis',
  );
}

/** {@link gaussianNLLLoss} as a module. */
@module
export class GaussianNLLLoss extends Module {
  constructor(readonly options: GaussianNLLLossOptions = {}) {
    super();
    checked('GaussianNLLLoss', options);
  }
  forward(output: Tensor, target: Tensor, variance: Tensor | number): Tensor {
    return gaussianNLLLoss(output, target, variance, this.options);
  }
}
