import type { ComputeType } from '../core/dtype';
import { ValueError } from '../core/errors';
import { show } from '../core/show';

/** What a parameter is made of whose sizes are not known yet; `reason` is the error that using it throws. */
export interface Unsized {
  readonly sizes: readonly (number | '?')[];
  readonly dtype: ComputeType;
  readonly reason: string;
}

/** @throws ValueError for what JavaScript lets through: `new Parameter([1, 2])` */
export function unsized(given: Unsized): Unsized {
  if (typeof (given as Unsized | undefined)?.reason === 'string') return given;
  throw new ValueError(`tensors are made by tensor([1, 2]), zeros([3, 4]) and the like, and parameters and buffers of those, new Parameter(tensor([1, 2])); not of ${show(given)}`); // prettier-ignore
}
