import type { Step } from '../backend/backend';
import { stridesOf } from '../core/shape';
import type { MapKernel, MatmulKernel, View } from '../kernels/kernels';
import { part, type Walk } from '../kernels/products';
import { collapse } from '../kernels/views';

/**
 * Products that read a copy, such as the patches of a convolution or heads that were put side by side, read what was copied:
 * rows, columns and what is summed over may then be several axes. Nothing is added in another order.
 */
export function readThrough(steps: readonly Step[], outputs: ReadonlySet<number>): Step[] {
  const copies = new Map<number, MapKernel>();
  const needed = new Set(outputs);
  for (const { kernel, outputs: written } of steps) {
    if (kernel.kind === 'map' && kernel.expr.op === 'input' && !kernel.dims.includes(0)) copies.set(written[0], kernel);
    if (kernel.kind !== 'matmul') for (const { buffer } of kernel.inputs) needed.add(buffer);
  }
  for (const buffer of needed) copies.delete(buffer);
  if (copies.size === 0) return [...steps];
  return steps.map((step) =>
    step.kernel.kind === 'matmul' ? { ...step, kernel: through(step.kernel, copies) } : step,
  );
}

/** A factor's axes: those of the batch, one each, and its two sides, each of which may be several. */
interface Factor {
  readonly view: View;
  readonly batch: Walk;
  readonly sides: readonly [Walk, Walk];
}

function through(kernel: MatmulKernel, copies: ReadonlyMap<number, MapKernel>): MatmulKernel {
  const options = kernel.inputs.map((view) => {
    // what every product of a batch reads is better copied once
    const copy = isRepeated(view) ? undefined : copies.get(view.buffer);
    const seen = copy && seenThrough(view, copy);
    return seen ? [seen, plain(view)] : [plain(view)];
  });
  for (const a of options[0])
    for (const b of options[1]) {
      const depth = inEqualSteps(a.sides[1], b.sides[0]);
      if (depth) return productOf(kernel, a, b, depth);
    }
  return kernel;
}

const isRepeated = ({ dims, strides }: View): boolean =>
  dims.slice(0, -2).some((size, i) => size > 1 && strides[i] === 0);

function productOf(
  { dims, triangle }: MatmulKernel,
  a: Factor,
  b: Factor,
  [left, right]: readonly [Walk, Walk],
): MatmulKernel {
  const [rows, columns] = [a.sides[0], b.sides[1]];
  const viewOf = ({ view, batch }: Factor, first: Walk, second: Walk): View => ({
    ...view,
    dims: [...batch.dims, ...first.dims, ...second.dims],
    strides: [...batch.strides, ...first.strides, ...second.strides],
  });
  return {
    kind: 'matmul',
    dims: [...dims.slice(0, -2), ...rows.dims, ...columns.dims],
    rows: rows.dims.length,
    columns: columns.dims.length,
    inputs: [viewOf(a, rows, left), viewOf(b, right, columns)],
    triangle,
  };
}

function plain(view: View): Factor {
  const batch = view.dims.length - 2;
  return { view, batch: part(view, 0, batch), sides: [part(view, batch, batch + 1), part(view, batch + 1)] };
}

/** The factor as a view of what was copied, or null where no strides can say that. */
function seenThrough(view: View, copy: MapKernel): Factor | null {
  const source = splitAt(copy, view.strides);
  const rows = stridesOf(source.dims);
  const start = source.dims.map((dim, i) => Math.floor(view.offset / rows[i]) % dim);
  const free = new Set(source.dims.keys());
  const walks = view.dims.map((size, i) => along(size, view.strides[i], source, rows, start, free));
  if (walks.includes(null)) return null;
  const [batch, sides] = [walks.slice(0, -2) as Walk[], walks.slice(-2) as [Walk, Walk]];
  if (batch.some(({ dims }) => dims.length !== 1)) return null;
  const [from] = copy.inputs;
  const offset = start.reduce((at, index, i) => at + index * source.strides[i], from.offset);
  const joined = { dims: batch.flatMap(({ dims }) => dims), strides: batch.flatMap(({ strides }) => strides) };
  return { view: { ...from, offset }, batch: joined, sides };
}

/** The copy's axes and how far its source moves along them; an axis is two where the view divides it. */
function splitAt({ dims, inputs: [{ strides }] }: MapKernel, cuts: readonly number[]): Walk {
  const rows = stridesOf(dims);
  const pieces = dims.map((size, i) => {
    const cut = cuts.find((s) => s > rows[i] && s < rows[i] * size && s % rows[i] === 0);
    const inner = cut === undefined ? size : cut / rows[i];
    if (inner === size || size % inner !== 0) return { dims: [size], strides: [strides[i]] };
    return { dims: [size / inner, inner], strides: [strides[i] * inner, strides[i]] };
  });
  return { dims: pieces.flatMap((p) => p.dims), strides: pieces.flatMap((p) => p.strides) };
}

/** One axis of a view of the copy as axes of the source, which are taken from `free`; null where it does not follow them. */
function along(
  size: number,
  stride: number,
  source: Walk,
  rows: readonly number[],
  start: readonly number[],
  free: Set<number>,
): Walk | null {
  if (size === 1 || stride === 0) return { dims: [size], strides: [0] };
  const axes: { size: number; stride: number }[] = [];
  let left = size;
  let i = source.dims.length - 1;
  while (i >= 0 && (source.dims[i] === 1 || rows[i] !== stride)) i--;
  for (; left > 1; i--) {
    if (i < 0) return null;
    const dim = source.dims[i];
    if (dim === 1) continue;
    const taken = Math.min(dim, left);
    if (!free.delete(i) || left % taken !== 0 || start[i] + taken > dim) return null;
    axes.unshift({ size: taken, stride: source.strides[i] });
    left /= taken;
  }
  const joined = collapse(axes.map((axis) => axis.size), axes.map((axis) => axis.stride)); // prettier-ignore
  return { dims: joined.map((axis) => axis.size), strides: joined.map((axis) => axis.stride) };
}

/** Two walks over as many elements as walks over the same axes, or null where their axes overlap. */
function inEqualSteps(x: Walk, y: Walk): readonly [Walk, Walk] | null {
  const [a, b] = [x, y].map(({ dims, strides }) => dims.map((size, i) => ({ size, stride: strides[i] })));
  const [dims, left, right]: [number[], number[], number[]] = [[], [], []];
  while (a.length > 0 && b.length > 0) {
    const [p, q] = [a.pop()!, b.pop()!];
    const size = Math.min(p.size, q.size);
    if (p.size % size !== 0 || q.size % size !== 0) return null;
    dims.unshift(size);
    left.unshift(p.stride);
    right.unshift(q.stride);
    if (p.size > size) a.push({ size: p.size / size, stride: p.stride * size });
    if (q.size > size) b.push({ size: q.size / size, stride: q.stride * size });
  }
  return [{ dims, strides: left }, { dims, strides: right }]; // prettier-ignore
}
