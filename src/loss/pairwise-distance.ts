import { abs, eq, pow, select } from '../expr/build';
import type { Expr } from '../expr/expr';
import { elementwise } from '../ops/elementwise';
import type { Tensor } from '../tensor';
import { wrap } from '../tensor/wrap';
import { pointwise } from './pointwise';

/** Powers of 0 have no slope here: for p below 1 it would be infinite, and PyTorch takes 0. */
const power = pointwise('power of a difference', (x: Expr, p: Expr) => select(eq(x, 0), 0, pow(abs(x), p)));

/** The p-norm of a - b + eps along the last axis, as torch.pairwise_distance; its slope at 0 is taken as 0. */
export function pairwiseDistance(a: Tensor, b: Tensor, p = 2, eps = 1e-6): Tensor {
  const difference = a.sub(b).add(eps);
  if (p === 1) return difference.abs().sum(-1);
  if (p === 2) return wrap(elementwise('rootOfVariance', difference.square().sum(-1).node));
  if (p === Infinity) return difference.abs().max(-1);
  return power(power(difference, p).sum(-1), 1 / p);
}
