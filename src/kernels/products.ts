import { product } from '../core/shape';
import type { MatmulKernel, View } from './kernels';

/** Axes of an operand: how many elements each has and how far they are from each other. */
export interface Walk {
  readonly dims: readonly number[];
  readonly strides: readonly number[];
}

/** The axes of a matrix product, by what they are for; the batch's are of a, of b. */
export interface ProductAxes {
  readonly batch: readonly [Walk, Walk];
  readonly rows: Walk;
  readonly columns: Walk;
  /** Along a, along b. */
  readonly depth: readonly [Walk, Walk];
}

export function productAxes({ dims, rows, columns, inputs: [a, b] }: MatmulKernel): ProductAxes {
  const batch = dims.length - rows - columns;
  const rank = b.dims.length;
  return {
    batch: [part(a, 0, batch), part(b, 0, batch)],
    rows: part(a, batch, batch + rows),
    columns: part(b, rank - columns, rank),
    depth: [part(a, batch + rows), part(b, batch, rank - columns)],
  };
}

export const part = ({ dims, strides }: View, from: number, to?: number): Walk => ({
  dims: dims.slice(from, to),
  strides: strides.slice(from, to),
});

/** How many products of two numbers a matrix product is the sums of. */
export function multiplications(kernel: MatmulKernel): number {
  const { m, n, k } = productSizes(kernel);
  const { triangle, dims } = kernel;
  const all = product(dims) * k;
  if (triangle === undefined || all === 0) return all;
  const width = triangle.of === 'left' ? k : n;
  const rows = Array.from({ length: m }, (_, row) => triangle.part === 'lower' ? Math.min(row + 1, width) : Math.max(width - row, 0)); // prettier-ignore
  return (all / (m * width)) * rows.reduce((sum, counted) => sum + counted, 0);
}

/** How many rows and columns a product has, and how many elements of each are multiplied. */
export function productSizes(kernel: MatmulKernel): { m: number; n: number; k: number } {
  const { rows, columns, depth } = productAxes(kernel);
  return { m: product(rows.dims), n: product(columns.dims), k: product(depth[0].dims) };
}
