import { jointAxes, type Axis } from '../../../kernels/axes';
import type { View } from '../../../kernels/kernels';
import type { Writer } from './writer';

/** The strides of view `k` along the axes. */
export const along = (axes: readonly Axis[], k: number): number[] => axes.map((axis) => axis.strides[k]);

/**
 * The coordinates of row-major position `x` in dims of these sizes. Quotients are corrected by what they leave: on a GPU, a
 * division of whole numbers may come out below the whole number that it is.
 */
export function coordinates(sizes: readonly number[], x: string, writer: Writer): string[] {
  const at = sizes.map(() => '0');
  const first = sizes.findIndex((size) => size !== 1);
  let rest = x;
  for (let i = sizes.length - 1; i > first; i--) {
    if (sizes[i] === 1) continue;
    const row = writer.hold('float32', `quotient(${rest}, ${sizes[i]})`);
    at[i] = writer.hold('float32', `${rest} - ${row} * ${sizes[i]}`);
    rest = row;
  }
  if (first >= 0) at[first] = rest;
  return at;
}

/** `start` plus the coordinates times the strides. */
export function position(start: string, at: readonly string[], strides: readonly number[]): string {
  const terms = at.flatMap((c, i) => (c === '0' || strides[i] === 0 ? [] : [times(c, strides[i])]));
  return [start, ...terms].join(' + ');
}

const times = (c: string, stride: number) => (stride === 1 ? c : `${c} * ${stride < 0 ? `(${stride})` : stride}`);

/** Where element `x` of `dims` lies in each view, given the views' strides along these dims. */
export function elementPositions(
  dims: readonly number[],
  strides: readonly (readonly number[])[],
  x: string,
  writer: Writer,
): string[] {
  const axes = jointAxes(dims, strides);
  const sizes = axes.map((axis) => axis.size);
  const at = coordinates(sizes, x, writer);
  return strides.map((_, k) => writer.hold('float32', position(`o${k}`, at, along(axes, k))));
}

/** The strides of a view that stands still along axis `i`; negative `i` counts from the end. */
export function still(strides: readonly number[], i: number): number[] {
  const axis = i < 0 ? i + strides.length : i;
  return strides.map((stride, k) => (k === axis ? 0 : stride));
}

/** A view that is one number: it comes as an argument. */
export interface NumberView extends View {
  readonly isNumber?: boolean;
}

/** The element of input `k` at a position, as text. */
export function load(writer: Writer, k: number, { dtype, isNumber }: NumberView, at: string): string {
  if (isNumber) return `n${k}`;
  return dtype === 'int32' ? writer.ints.join(`a${k}[2 * (${at})]`, `a${k}[2 * (${at}) + 1]`) : `a${k}[${at}]`;
}
