import { ValueError } from '../core/errors';
import type { Tensor } from '../tensor';

/** What becomes of the losses of single elements. */
export type Reduction = 'mean' | 'sum' | 'none';

export function reduce(loss: string, values: Tensor, reduction: Reduction): Tensor {
  if (reduction === 'mean') return values.mean();
  return checkReduction(loss, reduction) === 'sum' ? values.sum() : values;
}

export function checkReduction(loss: string, reduction: Reduction): Reduction {
  if (reduction === 'mean' || reduction === 'sum' || reduction === 'none') return reduction;
  throw new ValueError(`${loss}: reduction must be 'mean', 'sum' or 'none', not ${String(reduction)}`);
}
