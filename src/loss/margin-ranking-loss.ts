import { checkOptions } from '../core/options';
import { add, mul, neg, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { module, Module } from '../module';
import { numberOption } from '../module/option-checks';
import type { Tensor } from '../tensor';
import { checkFloats, checkShapes } from './loss-checks';
import { atLeastZero, pointwise } from './pointwise';
import { checkReduction, reduce, type Reduction } from './reduction';

export interface MarginRankingLossOptions {
  /** By how much one must exceed the other. Default 0. */
  readonly margin?: number;
  /** Default 'mean'. */
  readonly reduction?: Reduction;
}

function checked(loss: string, options: MarginRankingLossOptions): Required<MarginRankingLossOptions> {
  checkOptions(loss, options, ['margin', 'reduction']);
  const { margin = 0, reduction = 'mean' } = options;
  return { margin: numberOption(loss, 'margin', margin), reduction: checkReduction(loss, reduction) };
}

const ranking = pointwise('marginRankingLoss', (a: Expr, b: Expr, t: Expr, margin: Expr) =>
  atLeastZero(add(mul(neg(t), sub(a, b)), margin)),
);

/**
 * max(0, margin - target (first - second)): where the target is 1 the first should be larger, where it is -1 the second.
 * float32 of one shape, averaged by default.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.margin_ranking_loss.html, which broadcasts
 * where this refuses.
 * @throws ShapeError where the shapes differ, DTypeError where first or second are not float32
 * @example marginRankingLoss(tensor([1, 2]), tensor([0, 3]), tensor([1, 1])); // 0.5
 */
export function marginRankingLoss(
  first: Tensor,
  second: Tensor,
  target: Tensor,
  options: MarginRankingLossOptions = {},
): Tensor {
  const { margin, reduction } = checked('marginRankingLoss', options);
  checkFloats('marginRankingLoss', { first, second });
  checkShapes('marginRankingLoss', { first, second, target });
  return reduce('marginRankingLoss', ranking(first, second, target, margin), reduction);
}

/** {@link marginRankingLoss} as a module. */
@module
export class MarginRankingLoss extends Module {
  constructor(readonly options: MarginRankingLossOptions = {}) {
    super();
    checked('MarginRankingLoss', options);
  }
  forward(first: Tensor, second: Tensor, target: Tensor): Tensor {
    return marginRankingLoss(first, second, target, this.options);
  }
}
