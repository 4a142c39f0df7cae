import { product } from '../../core/shape';
import { jointAxes, type Axis } from '../../kernels/axes';
import type { View } from '../../kernels/kernels';
import type { Writer } from './writer';

/** The strides of view `k` along the axes. */
export const along = (axes: readonly Axis[], k: number): number[] => axes.map((axis) => axis.strides[k]);

/** The coordinates of row-major position `x` in dims of these sizes. */
export function coordinates(sizes: readonly number[], x: string, writer: Writer): string[] {
  return sizes.map((size, i) => {
    if (size === 1) return '0';
    const below = product(sizes.slice(i + 1));
    const row = below === 1 ? x : `Math.floor(${x} / ${below})`;
    const text = i === 0 ? row : `${row} % ${size}`;
    return text === x ? x : writer.hold('float32', text);
  });
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
