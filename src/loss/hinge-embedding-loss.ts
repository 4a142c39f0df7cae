import { checkOptions } from '../core/options';
import { eq, select, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { module, Module } from '../module';
import { numberOption } from '../module/option-checks';
import type { Tensor } from '../tensor';
import type { Agreeing } from '../tensor/shapes/agree';
import { checkElements, checkSigns } from './loss-checks';
import type { ElementLoss } from './loss-types';
import { atLeastZero, pointwise } from './pointwise';
import { checkReduction, reduce, type Reduction } from './reduction';

export interface HingeEmbeddingLossOptions {
  /** From which distance on unlike pairs count for nothing. Default 1. */
  readonly margin?: number;
  /** Default 'mean'. */
  readonly reduction?: Reduction;
}

function checked(loss: string, options: HingeEmbeddingLossOptions): Required<HingeEmbeddingLossOptions> {
  checkOptions(loss, options, ['margin', 'reduction']);
  const { margin = 1, reduction = 'mean' } = options;
  return { margin: numberOption(loss, 'margin', margin), reduction: checkReduction(loss, reduction) };
}

const hinge = pointwise('hingeEmbeddingLoss', (x: Expr, t: Expr, margin: Expr) =>
  select(eq(t, 1), x, select(eq(t, -1), atLeastZero(sub(margin, x)), NaN)),
);

/**
 * For a distance x: x where the target is 1 (the pair is alike), max(0, margin - x) where it is -1; float32 of one shape,
 * averaged by default. A target that is computed and neither gives NaN.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hinge_embedding_loss.html, which adds both up
 * for other targets.
 * @throws ShapeError where the shapes differ, DTypeError where the output is not float32, ValueError for other targets
 * @example hingeEmbeddingLoss(tensor([0.5, 0.25]), tensor([1, -1])); // 0.625
 */
export const hingeEmbeddingLoss: ElementLoss<'hingeEmbeddingLoss', HingeEmbeddingLossOptions> = (
  output: Tensor,
  target: Tensor,
  options: HingeEmbeddingLossOptions = {},
) => {
  const { margin, reduction } = checked('hingeEmbeddingLoss', options);
  checkElements('hingeEmbeddingLoss', output, target);
  checkSigns('hingeEmbeddingLoss', target);
  return reduce('hingeEmbeddingLoss', hinge(output, target, margin), reduction);
};

/** {@link hingeEmbeddingLoss} as a module. */
@module
export class HingeEmbeddingLoss extends Module {
  constructor(readonly options: HingeEmbeddingLossOptions = {}) {
    super();
    checked('HingeEmbeddingLoss', options);
  }
  forward<T extends Tensor, U extends Tensor>(output: T, target: Agreeing<'HingeEmbeddingLoss', T, U>): Tensor;
  forward(output: Tensor, target: Tensor): Tensor {
    return hingeEmbeddingLoss(output, target, this.options);
  }
}
