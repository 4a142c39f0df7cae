// What layers that slide along axes share: what they are called, and input with or without a batch.
import { ShapeError } from '../core/errors';
import { showShape } from '../core/shape';
import type { Node } from '../graph/node';
import { reshape } from '../ops';
import type { Tensor } from '../tensor';
import { nodeOf, wrap } from '../tensor/wrap';

/** What a layer is called in errors, and along how many axes it slides. */
export interface Kind {
  readonly name: string;
  readonly rank: number;
}

/** Runs `work` on [N, C, ...spatial]: an input without N is a batch of one. @throws ShapeError for another number of axes */
export function overBatch(layer: string, x: Tensor, rank: number, work: (x: Node) => Node): Tensor {
  const node = nodeOf(x);
  const { shape } = node;
  if (shape.length === rank + 2) return wrap(work(node));
  const axes = ['L', 'H, W'][rank - 1];
  if (shape.length !== rank + 1)
    throw new ShapeError(`${layer}: takes [N, C, ${axes}] or [C, ${axes}], not ${showShape(shape)}`);
  const y = work(reshape(node, [1, ...shape]));
  return wrap(reshape(y, y.shape.slice(1)));
}
