import { ShapeError } from '../core/errors';
import { checkOptions } from '../core/options';
import { showShape } from '../core/shape';
import { add, and, eq, gt, select, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { module, Module } from '../module';
import type { Tensor } from '../tensor';
import { classNumbers } from './class-labels';
import { checkFloat, checkLabels, checkLabelShape } from './loss-checks';
import { pointwise } from './pointwise';
import { checkReduction, reduce, type Reduction } from './reduction';

export interface MultiLabelMarginLossOptions {
  /** Default 'mean', over the samples. */
  readonly reduction?: Reduction;
}

function checked(loss: string, options: MultiLabelMarginLossOptions): Reduction {
  checkOptions(loss, options, ['reduction']);
  return checkReduction(loss, options.reduction ?? 'mean');
}

const excess = pointwise('multiLabelMarginLoss', (x: Expr, own: Expr, isLabel: Expr, isListed: Expr) => {
  const z = add(sub(1, own), x);
  return select(and(eq(isLabel, 1), and(eq(isListed, 0), gt(z, 0))), z, 0);
});

/**
 * Over each label y that applies and each class i that does not, the sum of max(0, 1 - output[y] + output[i]), divided by
 * the number of classes. The output is float32 [N, C] or [C]; the target, int32 of the same shape, lists the labels of each
 * sample, of which the first -1 is the end. One loss for each sample, averaged by default.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.multilabel_margin_loss.html
 * @throws ShapeError, DTypeError where the target does not fit; IndexError for a label that is no class
 * @example multiLabelMarginLoss(tensor([[0.1, 0.2, 0.4, 0.8]]), tensor([[3, 0, -1, 1]], { dtype: 'int32' })); // 0.85
 */
export function multiLabelMarginLoss(
  output: Tensor,
  target: Tensor,
  options: MultiLabelMarginLossOptions = {},
): Tensor {
  const reduction = checked('multiLabelMarginLoss', options);
  checkFloat('multiLabelMarginLoss', 'output', output);
  const { shape } = output.node;
  if (shape.length === 0 || shape.length > 2 || shape.at(-1) === 0)
    throw new ShapeError(`multiLabelMarginLoss: the output must be [C] or [N, C], not ${showShape(shape)}`);
  checkLabelShape('multiLabelMarginLoss', target, output, shape);
  checkLabels('multiLabelMarginLoss', target, shape.at(-1)!, -1, 'to end the list');
  return reduce('multiLabelMarginLoss', excesses(output, target), reduction);
}

function excesses(output: Tensor, target: Tensor): Tensor {
  const classes = output.shape.at(-1)!;
  const counter = classNumbers(output);
  // how many ends there are up to each place of the list
  const ends = target.lt(0).float().matmul(counter.unsqueeze(-1).le(counter).float());
  const isLabel = ends.eq(0);
  const labels = target.where(isLabel, 0);
  const isListed = labels.unsqueeze(-1).eq(counter).logicalAnd(isLabel.unsqueeze(-1)).sum(-2).gt(0);
  const own = output.gather(-1, labels).unsqueeze(-1);
  const pairs = excess(output.unsqueeze(-2), own, isLabel.unsqueeze(-1), isListed.unsqueeze(-2));
  return pairs.sum([-2, -1]).div(classes);
}

/** {@link multiLabelMarginLoss} as a module. */
@module
export class MultiLabelMarginLoss extends Module {
  constructor(readonly options: MultiLabelMarginLossOptions = {}) {
    super();
    checked('MultiLabelMarginLoss', options);
  }
  forward(output: Tensor, target: Tensor): Tensor {
    return multiLabelMarginLoss(output, target, this.options);
  }
}
