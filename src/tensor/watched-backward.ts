import { add, input } from '../expr/build';
import type { Node } from '../graph/node';
import * as ops from '../ops';
import { map, mapSpec, type MapSpec } from '../ops/map';
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
      if (gradient !== undefined) parts.push(ops.sum(gradient));
    }
    return (probe = total(parts));
  };
  backward(root, undefined, { beside });
  return wrap(probe);
}

/** As many as one kernel of any device can read. */
const most = 8;
const sums: MapSpec[] = [];

/** The sum of scalars, recorded as few nodes. */
function total(scalars: readonly Node[]): Node {
  let left = scalars;
  while (left.length > 1) {
    const next: Node[] = [];
    for (let at = 0; at < left.length; at += most) next.push(sumOf(left.slice(at, at + most)));
    left = next;
  }
  return left[0];
}

function sumOf(scalars: readonly Node[]): Node {
  const { length } = scalars;
  if (length === 1) return scalars[0];
  return map((sums[length] ??= sumSpec(length)), scalars);
}

function sumSpec(length: number): MapSpec {
  const inputs = Array.from({ length }, (_, i) => input(i, 'float32'));
  return mapSpec(
    'total',
    inputs.map(() => 'float32'),
    inputs.reduce((sum, x) => add(sum, x)),
  );
}
