import { ShapeError } from '../core/errors';
import { checkOptions } from '../core/options';
import { showShape } from '../core/shape';
import { eq, select, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { module, Module } from '../module';
import { numberOption } from '../module/option-checks';
import type { Tensor } from '../tensor';
import { checkFloats, checkShapes, checkSigns, checkTensor } from './loss-checks';
import { atLeastZero, pointwise } from './pointwise';
import { checkReduction, reduce, type Reduction } from './reduction';

export interface CosineEmbeddingLossOptions {
  /** Up to which cosine unlike pairs count for nothing, from -1 to 1. Default 0. */
  readonly margin?: number;
  /** Default 'mean'. */
  readonly reduction?: Reduction;
}

function checked(loss: string, options: CosineEmbeddingLossOptions): Required<CosineEmbeddingLossOptions> {
  checkOptions(loss, options, ['margin', 'reduction']);
  const { margin = 0, reduction = 'mean' } = options;
  return { margin: numberOption(loss, 'margin', margin), reduction: checkReduction(loss, reduction) };
}

/** Added to the squared lengths, so that a vector of zeros has a cosine. */
const epsilon = 1e-12;
const cosineOf = (a: Tensor, b: Tensor): Tensor => {
  const [aa, bb] = [a, b].map((x) => x.square().sum(-1).add(epsilon));
  return a.mul(b).sum(-1).div(aa.mul(bb).sqrt());
};

const embedding = pointwise('cosineEmbeddingLoss', (cosine: Expr, t: Expr, margin: Expr) =>
  select(eq(t, 1), sub(1, cosine), select(eq(t, -1), atLeastZero(sub(cosine, margin)), NaN)),
);

/**
 * For the cosine between two vectors: 1 - cosine where the target is 1 (they are alike), max(0, cosine - margin) where it is
 * -1. Vectors are float32 [N, D] with targets [N], or [D] with a target []; one loss for each pair, averaged by default. A
 * target that is computed and neither gives NaN.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cosine_embedding_loss.html, where other targets
 * count for nothing.
 * @throws ShapeError where shapes do not fit, DTypeError where vectors are not float32, ValueError for other targets
 * @example cosineEmbeddingLoss(tensor([[1, 0]]), tensor([[1, 1]]), tensor([1])); // 0.2929
 */
export function cosineEmbeddingLoss(
  first: Tensor,
  second: Tensor,
  target: Tensor,
  options: CosineEmbeddingLossOptions = {},
): Tensor {
  const { margin, reduction } = checked('cosineEmbeddingLoss', options);
  checkFloats('cosineEmbeddingLoss', { first, second });
  checkShapes('cosineEmbeddingLoss', { first, second });
  checkPairs(first, target);
  checkSigns('cosineEmbeddingLoss', target);
  return reduce('cosineEmbeddingLoss', embedding(cosineOf(first, second), target, margin), reduction);
}

function checkPairs({ shape }: Tensor, target: Tensor): void {
  checkTensor('cosineEmbeddingLoss', 'target', target);
  const fits = (shape.length === 1 || shape.length === 2) && target.shape.length === shape.length - 1;
  if (!fits || target.shape.some((dim, i) => dim !== shape[i]))
    throw new ShapeError(
      `cosineEmbeddingLoss: vectors [N, D] need a target [N], and [D] a target []; got ${showShape(shape)} and ${showShape(target.shape)}`,
    );
}

/** {@link cosineEmbeddingLoss} as a module. */
@module
export class CosineEmbeddingLoss extends Module {
  constructor(readonly options: CosineEmbeddingLossOptions = {}) {
    super();
    checked('CosineEmbeddingLoss', options);
  }
  forward(first: Tensor, second: Tensor, target: Tensor): Tensor {
    return cosineEmbeddingLoss(first, second, target, this.options);
  }
}
