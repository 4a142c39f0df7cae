import { ValueError } from '../core/errors';
import type { Tensor } from '../tensor';

/** What becomes of the losses of single elements. */
export type Reduction = 'mean' | 'sum' | 'none';

const reductions: readonly Reduction[] = ['mean', 'sum', 'none'];

export function reduce(loss: string, values: Tensor, reduction: Reduction): Tensor {
  if (reduction === 'mean') return values.mean();
  return checkReduction(loss, reduction) === 'sum' ? values.sum() : values;
}

/** The losses times their weights; their mean is one over the sum of the weights. */
export function reduceWeighted(loss: string, values: Tensor, weight: Tensor | undefined, reduction: Reduction): Tensor {
  if (weight === undefined) return reduce(loss, values, reduction);
  const weighted = values.mul(weight);
  return reduction === 'mean' ? weighted.sum().div(weight.sum()) : reduce(loss, weighted, reduction);
}

/** @throws ValueError for anything else than `allowed` */
export function checkReduction<R extends string = Reduction>(loss: string, reduction: R, allowed?: readonly R[]): R {
  const known: readonly string[] = allowed ?? reductions;
  if (known.includes(reduction)) return reduction;
  const quoted = known.map((name) => `'${name}'`);
  const list = `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)!}`;
  throw new ValueError(`${loss}: reduction must be ${list}, not ${String(reduction)}`);
}
