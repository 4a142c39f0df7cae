import { dataAtHand } from '../graph/recorder';
import type { Tensor, TypedArray } from '../tensor';

/** A tensor's values as an array, to be read only: what it was made of where that lies at hand, on every device. */
export function hostValues(x: Tensor): TypedArray {
  return dataAtHand(x.node) ?? x.dataSync();
}
