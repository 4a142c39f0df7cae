import type { Node } from '../graph/node';
import * as ops from '../ops';
import { backward } from './autograd';
import type { Tensor } from './tensor';
import { wrap } from './wrap';

/**
 * `root.backward()`, and the sum of the loss and of all gradients of the leaves, computed with them: where it is finite all
 * of them are. Where it is not, finite numbers may have become too large together.
 */
export function watchedBackward(root: Tensor, loss: Tensor, leaves: readonly Tensor[]): Tensor {
  let probe = loss.node;
  const beside = (gradients: ReadonlyMap<Tensor, Node>): Node => {
    const parts = [loss.node];
    for (const leaf of leaves) {
      const gradient = gradients.get(leaf);
      if (gradient !== undefined) parts.push(gradient);
    }
    return (probe = ops.total(parts));
  };
  backward(root, undefined, { beside });
  return wrap(probe);
}
