// What layers that slide along axes share: their sizes, checked, and input with or without a batch.
import { ShapeError, ValueError } from '../core/errors';
import { showShape } from '../core/shape';
import type { Node } from '../graph/node';
import { reshape } from '../ops';
import { show } from '../module/shape-declaration';
import type { Tensor } from '../tensor';
import { nodeOf, wrap } from '../tensor/wrap';

/** What a layer is called in errors, and along how many axes it slides. */
export interface Kind {
  readonly name: string;
  readonly rank: number;
}

/** One number for all axes, or one for each. */
export type Sizes = number | readonly number[];

/** A number for each axis. @throws ValueError where they are no whole numbers of at least `least`, or not as many */
export function sizesOf(layer: string, name: string, given: Sizes, rank: number, least = 1): readonly number[] {
  const list: readonly number[] = typeof given === 'number' ? new Array<number>(rank).fill(given) : given;
  const isRight = Array.isArray(list) && list.length === rank && list.every((n) => Number.isInteger(n) && n >= least);
  if (isRight) return list;
  const many = rank === 1 ? 'a whole number' : `a whole number or a list of ${rank}`;
  throw new ValueError(`${layer}: ${name} must be ${many} of at least ${least}, not ${show(given)}`);
}

/** A whole number. @throws ValueError where it is none or below `least` */
export const countOf = (layer: string, name: string, given: number, least = 1): number =>
  sizesOf(layer, name, Array.isArray(given) ? NaN : given, 1, least)[0];

export function flagOf(layer: string, name: string, given: boolean): boolean {
  if (typeof given === 'boolean') return given;
  throw new ValueError(`${layer}: ${name} must be true or false, not ${show(given)}`);
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
