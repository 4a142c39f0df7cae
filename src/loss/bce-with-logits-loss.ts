import { checkOptions } from '../core/options';
import { add, mul, neg, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { module } from '../module';
import type { Buffer, Tensor } from '../tensor';
import type { Agreeing } from '../tensor/shapes/agree';
import { checkBroadcasts, checkElements, checkFloat } from './loss-checks';
import type { ElementLoss } from './loss-types';
import { pointwise, sigmoid, softplus } from './pointwise';
import { checkReduction, reduce, type Reduction } from './reduction';
import { bufferOf, WeightedLoss } from './weighted-loss';

export interface BCEWithLogitsLossOptions {
  /** Factors of the elements, of a shape that broadcasts to the output's. */
  readonly weight?: Tensor;
  /** Factors of what positive targets count, such as [C] for an output [N, C]; it broadcasts to the output. */
  readonly posWeight?: Tensor;
  /** Default 'mean', over the number of elements. */
  readonly reduction?: Reduction;
}

function checked(loss: string, options: BCEWithLogitsLossOptions): Reduction {
  checkOptions(loss, options, ['weight', 'posWeight', 'reduction']);
  return checkReduction(loss, options.reduction ?? 'mean');
}

/** The slopes are PyTorch's at infinities too, where those of the formula would be differences of infinities. */
const crossEntropy = pointwise(
  'bceWithLogitsLoss',
  (x: Expr, t: Expr, positive: Expr) => add(mul(sub(1, t), x), mul(add(mul(sub(positive, 1), t), 1), softplus(neg(x)))),
  (g, _, x, t, positive) => {
    const hits = mul(positive, t);
    return [
      mul(g, sub(mul(add(hits, sub(1, t)), sigmoid(x)), hits)),
      mul(g, sub(mul(positive, softplus(neg(x))), softplus(x))),
      mul(g, mul(t, softplus(neg(x)))),
    ];
  },
);

/**
 * The binary cross entropy of sigmoid(output), which are logits, computed without the sigmoid and so without overflow:
 * -(posWeight target log(sigmoid(output)) + (1 - target) log(1 - sigmoid(output))). float32 of one shape, averaged by
 * default; the target is from 0 to 1, which is not checked, as in PyTorch.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.binary_cross_entropy_with_logits.html
 * @throws ShapeError where the shapes differ or a weight does not broadcast, DTypeError for anything but float32
 * @example bceWithLogitsLoss(tensor([0, 2]), tensor([1, 1])); // 0.4100
 */
export const bceWithLogitsLoss: ElementLoss<'bceWithLogitsLoss', BCEWithLogitsLossOptions> = (
  output: Tensor,
  target: Tensor,
  options: BCEWithLogitsLossOptions = {},
) => {
  const reduction = checked('bceWithLogitsLoss', options);
  const { weight, posWeight } = options;
  checkElements('bceWithLogitsLoss', output, target);
  checkFloat('bceWithLogitsLoss', 'target', target);
  checkBroadcasts('bceWithLogitsLoss', 'weight', weight, output);
  checkBroadcasts('bceWithLogitsLoss', 'posWeight', posWeight, output);
  const losses = crossEntropy(output, target, posWeight ?? 1);
  return reduce('bceWithLogitsLoss', weight ? losses.mul(weight) : losses, reduction);
};

/** {@link bceWithLogitsLoss} as a module; its weights are buffers. */
@module
export class BCEWithLogitsLoss extends WeightedLoss<BCEWithLogitsLossOptions> {
  readonly posWeight: Buffer | null;
  constructor(options: BCEWithLogitsLossOptions = {}) {
    checked('BCEWithLogitsLoss', options);
    const { posWeight, ...others } = options;
    super('BCEWithLogitsLoss', others);
    this.posWeight = bufferOf('BCEWithLogitsLoss', 'posWeight', posWeight);
  }
  forward<T extends Tensor, U extends Tensor>(output: T, target: Agreeing<'BCEWithLogitsLoss', T, U>): Tensor;
  forward(output: Tensor, target: Tensor): Tensor {
    return bceWithLogitsLoss(output, target, { ...this.given, ...(this.posWeight && { posWeight: this.posWeight }) });
  }
}
