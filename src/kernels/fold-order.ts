import { jointAxes, single, type Axis } from './axes';
import type { Lanes } from './kernels';

/** In which order a fold takes its elements. */
export interface FoldOrder {
  /** The axes of the results, and of what is folded into each. */
  readonly outer: readonly Axis[];
  readonly folded: readonly Axis[];
  readonly lanes: Lanes;
}

/**
 * The order in which a fold of these operands adds up. It follows from how they lie in memory, since that decides what is
 * fast; it is part of what a kernel computes, and fusing one leaves it as it is.
 */
export function foldOrder(
  dims: readonly number[],
  over: readonly number[],
  operands: readonly (readonly number[])[],
): FoldOrder {
  const outer = jointAxes(dims, operands.map((s) => s.slice(0, dims.length))); // prettier-ignore
  const folded = jointAxes(over, operands.map((s) => s.slice(dims.length))); // prettier-ignore
  if (folded.length === 0) folded.push(single(operands.length));
  return { outer, folded, lanes: alongResults(outer.at(-1), folded.at(-1)!) ? 'results' : 'folded' };
}

const awkward = ({ strides }: Axis): number => strides.filter((s) => s !== 0 && s !== 1).length;

/** Whether neighbouring results should share a vector. */
function alongResults(result: Axis | undefined, folded: Axis): boolean {
  if (result === undefined || result.size < 4) return false;
  const difference = awkward(result) - awkward(folded);
  return difference < 0 || (difference === 0 && folded.size < 16);
}
