import type { Node } from '../graph/node';
import { dataNode, scalarNode } from '../graph/recorder';
import { shapeOf } from '../core/shape';
import { div } from './elementwise';
import { firstMax } from './first-max';
import { indexSelect } from './indexing';
import { matmul } from './matmul';
import { pad, transpose } from './movement';
import { sum } from './reduce';
import { reshape } from './reshape';
import { isTiled, tiledMax } from './tiled-max';
import { windows } from './windows';

/** The windows along one axis of `length` elements. */
export interface Pool {
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
  /** Whether a last window may stick out. */
  readonly ceil: boolean;
}

/** How many windows there are; one that would begin beyond the elements and the padding before them does not count. */
export function poolCount(length: number, { size, stride, padding, dilation, ceil }: Pool): number {
  const room = length + 2 * padding - dilation * (size - 1) - 1;
  const count = (ceil ? Math.ceil(room / stride) : Math.floor(room / stride)) + 1;
  return ceil && (count - 1) * stride >= length + padding ? count - 1 : count;
}

/** The windows along an axis as a new last axis; what lies outside is `fill`. */
function pooled(x: Node, axis: number, pool: Pool, fill: number): Node {
  const { size, stride, padding, dilation } = pool;
  const length = x.shape[axis];
  const reach = (poolCount(length, pool) - 1) * stride + dilation * (size - 1) + 1;
  const pads = x.shape.flatMap((_, i) => (x.shape.length - 1 - i === axis ? [padding, Math.max(padding, reach - padding - length)] : [0, 0])); // prettier-ignore
  return windows(pads.every((p) => p === 0) ? x : pad(x, pads, fill), axis, size, stride, dilation);
}

/** Whether the windows lie side by side and none sticks out. */
const liesWithin = (pool: Pool, length: number): boolean =>
  pool.stride === pool.size &&
  pool.padding === 0 &&
  pool.dilation === 1 &&
  poolCount(length, pool) * pool.size <= length;

/** The largest of every window along the last axes, one after the other; the first of equal ones has the gradient. */
export function maxPool(x: Node, pools: readonly Pool[]): Node {
  const sizes = pools.map(({ size }) => size);
  if (pools.every((pool, i) => liesWithin(pool, x.shape[x.shape.length - pools.length + i])) && isTiled(sizes))
    return tiledMax(x, sizes);
  // the last axis first: of equal ones along both the first row is taken, and in it the first
  return pools.reduceRight((y, pool, i) => firstMax(pooled(y, y.shape.length - pools.length + i, pool, -Infinity)), x);
}

/** The mean of every window along the last axes: of its elements, with the padding in it where it is to count. */
export function averagePool(x: Node, pools: readonly Pool[], countsPadding: boolean): Node {
  return pools.reduce(
    (y, pool, i) => {
      const axis = x.shape.length - pools.length + i;
      return div(y, divisor(x, axis, pool, countsPadding));
    },
    sumPool(x, pools),
  );
}

/** The sum of every window along the last axes. */
export const sumPool = (x: Node, pools: readonly Pool[]): Node =>
  pools.reduce((y, pool, i) => sumAlong(pooled(y, y.shape.length - pools.length + i, pool, 0)), x);
const sumAlong = (windows: Node): Node => sum(windows, windows.shape.length - 1);

/** By what the sum along an axis is divided: its size or, where windows stick out, how much of each does not. */
function divisor(x: Node, axis: number, pool: Pool, countsPadding: boolean): Node {
  const length = x.shape[axis];
  const { size, stride, padding } = pool;
  const [low, high] = countsPadding ? [-padding, length + padding] : [0, length];
  const counts = Array.from({ length: poolCount(length, pool) }, (_, i) => {
    const start = i * stride - padding;
    return Math.min(start + size, high) - Math.max(start, low);
  });
  if (counts.every((count) => count === size)) return scalarNode(size, 'float32');
  const shape = shapeOf([counts.length, ...x.shape.slice(axis + 1).map(() => 1)]);
  return dataNode(Float32Array.from(counts), shape, 'float32', x.device);
}

/** Where each of `count` windows begins and ends that cover `length` elements evenly, as PyTorch's adaptive pooling has them. */
const evenly = (length: number, count: number): (readonly [from: number, to: number])[] =>
  Array.from({ length: count }, (_, i) => [Math.floor((i * length) / count), Math.ceil(((i + 1) * length) / count)]);

const whole = (length: number, count: number): Pool => ({ size: length / count, stride: length / count, padding: 0, dilation: 1, ceil: false }); // prettier-ignore

/** The means of as many windows as `counts` says along the last axes, of sizes as equal as can be. */
export function adaptiveAveragePool(x: Node, counts: readonly number[]): Node {
  return counts.reduce((y, count, i) => {
    const axis = y.shape.length - counts.length + i;
    const length = y.shape[axis];
    if (length === count) return y;
    const weights = new Float32Array(length * count);
    evenly(length, count).forEach(([from, to], window) => {
      for (let at = from; at < to; at++) weights[at * count + window] = 1 / (to - from);
    });
    const matrix = dataNode(weights, shapeOf([length, count]), 'float32', x.device);
    return transpose(matmul(transpose(y, axis, -1), matrix), axis, -1);
  }, x);
}

/** The largest of each of these windows; the first of equal ones has the gradient. */
export function adaptiveMaxPool(x: Node, counts: readonly number[]): Node {
  return counts.reduceRight((y, count, i) => {
    const axis = y.shape.length - counts.length + i;
    const length = y.shape[axis];
    if (length % count === 0) return firstMax(pooled(y, axis, whole(length, count), -Infinity));
    const bounds = evenly(length, count);
    const most = Math.max(...bounds.map(([from, to]) => to - from));
    // shorter windows have their last element several times
    const places = bounds.flatMap(([from, to]) => Array.from({ length: most }, (_, k) => Math.min(from + k, to - 1)));
    const index = dataNode(Int32Array.from(places), shapeOf([places.length]), 'int32', x.device);
    const all = indexSelect(y, axis, index);
    const split = reshape(all, [...y.shape.slice(0, axis), count, most, ...y.shape.slice(axis + 1)]);
    return firstMax(transposeToLast(split, axis + 1));
  }, x);
}

/** The axis moved behind all others. */
function transposeToLast(x: Node, axis: number): Node {
  let y = x;
  for (let i = axis; i + 1 < x.shape.length; i++) y = transpose(y, i, i + 1);
  return y;
}
