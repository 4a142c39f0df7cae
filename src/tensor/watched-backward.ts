import { backward } from './autograd';
import type { Tensor } from './tensor';
import { wrap } from './wrap';

/**
 * `root.backward()`, and the sum of the loss and of all gradients of the leaves, computed with them: where it is finite all
 * of them are. Where it is not, finite numbers may have become too large together.
 */
export function watchedBackward(root: Tensor, loss: Tensor, leaves: readonly Tensor[]): Tensor {
  return wrap(backward(root, undefined, { watched: { loss, leaves } })!);
}
