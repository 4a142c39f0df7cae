import { ShapeError } from '../core/errors';
import { checkOptions } from '../core/options';
import { add, mul, neg, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { module } from '../module';
import type { Tensor } from '../tensor';
import { checkBroadcasts, checkElements } from './loss-checks';
import { pointwise, sigmoid, softplus } from './pointwise';
import { checkReduction, reduce, type Reduction } from './reduction';
import { WeightedLoss } from './weighted-loss';

export interface MultiLabelSoftMarginLossOptions {
  /** Factors of the classes, [C], or of any shape that broadcasts to the output's. */
  readonly weight?: Tensor;
  /** Default 'mean', over the samples. */
  readonly reduction?: Reduction;
}

function checked(loss: string, options: MultiLabelSoftMarginLossOptions): Reduction {
  checkOptions(loss, options, ['weight', 'reduction']);
  return checkReduction(loss, options.reduction ?? 'mean');
}

const crossEntropy = pointwise(
  'multiLabelSoftMarginLoss',
  (x: Expr, t: Expr) => add(mul(t, softplus(neg(x))), mul(sub(1, t), softplus(x))),
  (g, _, x, t) => [
    mul(g, sub(mul(sub(1, t), sigmoid(x)), mul(t, sigmoid(neg(x))))),
    mul(g, sub(softplus(neg(x)), softplus(x))),
  ],
);

/**
 * The binary cross entropy of every class on its own, averaged over the classes: output and target are [..., C], the output
 * logits, float32, the target 1 for each class that applies and 0 for the others. One loss for each sample, [...], averaged
 * by default.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.multilabel_soft_margin_loss.html, which
 * broadcasts where this refuses.
 * @throws ShapeError where the shapes differ or have no axis, DTypeError where the output is not float32
 * @example multiLabelSoftMarginLoss(tensor([[1, -1]]), tensor([[1, 0]])); // 0.3133
 */
export function multiLabelSoftMarginLoss(
  output: Tensor,
  target: Tensor,
  options: MultiLabelSoftMarginLossOptions = {},
): Tensor {
  const reduction = checked('multiLabelSoftMarginLoss', options);
  checkElements('multiLabelSoftMarginLoss', output, target);
  if (output.shape.length === 0)
    throw new ShapeError('multiLabelSoftMarginLoss: the output must be [..., C], not a scalar');
  checkBroadcasts('multiLabelSoftMarginLoss', 'weight', options.weight, output);
  const losses = crossEntropy(output, target);
  const weighted = options.weight ? losses.mul(options.weight) : losses;
  return reduce('multiLabelSoftMarginLoss', weighted.mean(-1), reduction);
}

/** {@link multiLabelSoftMarginLoss} as a module; its weight is a buffer. */
@module
export class MultiLabelSoftMarginLoss extends WeightedLoss<MultiLabelSoftMarginLossOptions> {
  constructor(options: MultiLabelSoftMarginLossOptions = {}) {
    checked('MultiLabelSoftMarginLoss', options);
    super('MultiLabelSoftMarginLoss', options);
  }
  forward(output: Tensor, target: Tensor): Tensor {
    return multiLabelSoftMarginLoss(output, target, this.given);
  }
}
