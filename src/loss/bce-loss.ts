import { checkOptions } from '../core/options';
import { add, and, div, ge, le, log, max, mul, neg, select, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { module } from '../module';
import type { Tensor } from '../tensor';
import type { Agreeing } from '../tensor/shapes/agree';
import { checkBroadcasts, checkElements, checkFloat, checkValues } from './loss-checks';
import type { ElementLoss } from './loss-types';
import { log1p, pointwise } from './pointwise';
import { checkReduction, reduce, type Reduction } from './reduction';
import { WeightedLoss } from './weighted-loss';

export interface BCELossOptions {
  /** Factors of the elements, of a shape that broadcasts to the output's. */
  readonly weight?: Tensor;
  /** Default 'mean', over the number of elements. */
  readonly reduction?: Reduction;
}

function checked(loss: string, options: BCELossOptions): Reduction {
  checkOptions(loss, options, ['weight', 'reduction']);
  return checkReduction(loss, options.reduction ?? 'mean');
}

const isProbability = (x: number) => x >= 0 && x <= 1;
const within = (t: Expr) => and(ge(t, 0), le(t, 1));
const [logOf, logOfRest] = [log, (x: Expr) => log1p(neg(x))];

/** Logarithms end at -100, and slopes at 1e12, as in PyTorch; what is no probability gives NaN. */
const crossEntropy = pointwise(
  'bceLoss',
  (x: Expr, t: Expr) => {
    const loss = sub(mul(sub(t, 1), max(logOfRest(x), -100)), mul(t, max(logOf(x), -100)));
    return select(within(t), loss, NaN);
  },
  (g, _, x, t) => [mul(g, div(sub(x, t), max(mul(sub(1, x), x), 1e-12))), mul(g, add(logOfRest(x), neg(logOf(x))))],
);

/**
 * The binary cross entropy of probabilities: -(target log(output) + (1 - target) log(1 - output)), where no logarithm
 * counts as less than -100. float32 of one shape, from 0 to 1, averaged by default. For logits take
 * {@link bceWithLogitsLoss}, which loses no digits.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy.html
 * @throws ShapeError where the shapes differ, DTypeError for other types, ValueError where a value at hand is not from 0 to
 * 1; one that is computed gives NaN
 * @example bceLoss(tensor([0.5, 0.9]), tensor([1, 1])); // 0.3993
 */
export const bceLoss: ElementLoss<'bceLoss', BCELossOptions> = (
  output: Tensor,
  target: Tensor,
  options: BCELossOptions = {},
) => {
  const reduction = checked('bceLoss', options);
  checkElements('bceLoss', output, target);
  checkFloat('bceLoss', 'target', target);
  checkValues('bceLoss', { output, target }, isProbability, 'numbers from 0 to 1');
  checkBroadcasts('bceLoss', 'weight', options.weight, output);
  const losses = crossEntropy(output, target);
  return reduce('bceLoss', options.weight ? losses.mul(options.weight) : losses, reduction);
};

/** {@link bceLoss} as a module; its weight is a buffer. */
@module
export class BCELoss extends WeightedLoss<BCELossOptions> {
  constructor(options: BCELossOptions = {}) {
    checked('BCELoss', options);
    super('BCELoss', options);
  }
  forward<T extends Tensor, U extends Tensor>(output: T, target: Agreeing<'BCELoss', T, U>): Tensor;
  forward(output: Tensor, target: Tensor): Tensor {
    return bceLoss(output, target, this.given);
  }
}
