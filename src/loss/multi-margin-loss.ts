import { ShapeError, ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { showShape } from '../core/shape';
import { add, eq, gt, mul, select, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { module } from '../module';
import { numberOption } from '../module/option-checks';
import { show } from '../module/shape-declaration';
import type { Tensor } from '../tensor';
import { checkClasses, classNumbers, labelShape } from './class-labels';
import { checkLabels, checkLabelShape } from './loss-checks';
import type { LabelLoss, Labels } from './loss-types';
import { pointwise } from './pointwise';
import { checkReduction, reduce, type Reduction } from './reduction';
import { WeightedLoss } from './weighted-loss';

export interface MultiMarginLossOptions {
  /** The power of each excess, 1 or 2. Default 1. */
  readonly p?: 1 | 2;
  /** By how much the label's output must exceed the others. Default 1. */
  readonly margin?: number;
  /** One factor per class, shape [C]: a sample counts what its label does. */
  readonly weight?: Tensor;
  /** Default 'mean', over the samples. */
  readonly reduction?: Reduction;
}

type Checked = Required<Omit<MultiMarginLossOptions, 'weight'>>;
function checked(loss: string, options: MultiMarginLossOptions): Checked {
  checkOptions(loss, options, ['p', 'margin', 'weight', 'reduction']);
  const { p = 1, margin = 1, reduction = 'mean' } = options;
  if (p !== 1 && p !== 2) throw new ValueError(`${loss}: p must be 1 or 2, not ${show(p)}`);
  return { p, margin: numberOption(loss, 'margin', margin), reduction: checkReduction(loss, reduction) };
}

const excess = (name: string, powered: (z: Expr) => Expr) =>
  pointwise(name, (x: Expr, own: Expr, others: Expr, margin: Expr) => {
    const z = add(sub(margin, own), x);
    return select(eq(others, 1), select(gt(z, 0), powered(z), 0), 0);
  });
const powers = {
  1: excess('multiMarginLoss', (z) => z),
  2: excess('squared multiMarginLoss', (z) => mul(z, z)),
} as const;

/**
 * The sum over the other classes i of max(0, margin - output[label] + output[i])^p, divided by the number of classes. The
 * output is float32 [N, C] with int32 labels [N], or [C] with a label []; one loss for each sample, averaged by default.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.multi_margin_loss.html
 * @throws ShapeError, DTypeError where target or weight do not fit; IndexError for a label that is no class; ValueError for
 * an option out of range
 * @example multiMarginLoss(tensor([[0.5, 1, 0]]), tensor([1], { dtype: 'int32' })); // 0.1667
 */
export const multiMarginLoss: LabelLoss<'multiMarginLoss', MultiMarginLossOptions> = (
  output: Tensor,
  target: Tensor,
  options: MultiMarginLossOptions = {},
) => {
  const { p, margin, reduction } = checked('multiMarginLoss', options);
  checkClasses('multiMarginLoss', 'the output', output, options.weight);
  if (output.shape.length > 2)
    throw new ShapeError(`multiMarginLoss: the output must be [C] or [N, C], not ${showShape(output.shape)}`);
  checkLabelShape('multiMarginLoss', target, output, labelShape(output));
  const classes = output.shape.at(-1)!;
  checkLabels('multiMarginLoss', target, classes);
  const label = target.unsqueeze(-1);
  const others = label.ne(classNumbers(output));
  const losses = powers[p](output, output.gather(-1, label), others, margin).sum(-1).div(classes);
  const factors = options.weight?.indexSelect(0, target.reshape([-1])).reshape([...target.shape]);
  return reduce('multiMarginLoss', factors ? losses.mul(factors) : losses, reduction);
};

/** {@link multiMarginLoss} as a module; its weight is a buffer. */
@module
export class MultiMarginLoss extends WeightedLoss<MultiMarginLossOptions> {
  constructor(options: MultiMarginLossOptions = {}) {
    checked('MultiMarginLoss', options);
    super('MultiMarginLoss', options);
  }
  forward<T extends Tensor, U extends Tensor>(output: T, target: Labels<'MultiMarginLoss', T, U>): Tensor;
  forward(output: Tensor, target: Tensor): Tensor {
    return multiMarginLoss(output, target, this.given);
  }
}
