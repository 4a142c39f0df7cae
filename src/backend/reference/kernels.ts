import { product } from '../../core/shape';
import { IndexError } from '../../core/errors';
import type {
  Fold,
  GatherKernel,
  MapKernel,
  MatmulKernel,
  PlaceKernel,
  PlainKernel,
  ReduceKernel,
  ScatterAddKernel,
  View,
} from '../../kernels/kernels';
import { productSizes } from '../../kernels/products';
import { coordinates, flatten, positions } from './positions';
import { scalarFunction, type Round } from './scalar';

/** Storage of one buffer; float32 values lie in a Float64Array where the backend computes in float64. */
export type Values = Float32Array | Float64Array | Int32Array | Uint8Array;

/** What a kernel works on. */
export interface Work {
  readonly out: Values;
  readonly read: (view: View) => Values;
  readonly round: Round;
  readonly name: string;
}

const runners: { [K in PlainKernel['kind']]: (kernel: Extract<PlainKernel, { kind: K }>, work: Work) => void } = {
  map,
  reduce,
  matmul,
  gather,
  scatterAdd,
  place,
};

export function runKernel(kernel: PlainKernel, work: Work): void {
  (runners[kernel.kind] as (kernel: PlainKernel, work: Work) => void)(kernel, work);
}

/** The view's elements in row-major order. */
function elements(view: View, work: Work): Values {
  const from = work.read(view);
  const at = positions(view);
  const list = new (from.constructor as new (size: number) => Values)(at.length);
  at.forEach((p, i) => (list[i] = from[p]!));
  return list;
}

/** expr at every position of its inputs. */
function evaluated(kernel: MapKernel | ReduceKernel, count: number, work: Work): Float64Array {
  const compute = scalarFunction(kernel.expr, work.round);
  const inputs = kernel.inputs.map((view) => elements(view, work));
  const at = new Float64Array(inputs.length);
  return Float64Array.from({ length: count }, (_, i) => {
    inputs.forEach((list, k) => (at[k] = list[i]!));
    return compute(i, at);
  });
}

function map(kernel: MapKernel, work: Work): void {
  work.out.set(evaluated(kernel, work.out.length, work));
}

/** `better(x, best)`: whether x replaces the extreme so far; NaN beats everything, and the first one stays. */
const better = {
  max: (x: number, best: number) => x > best || (Number.isNaN(x) && !Number.isNaN(best)),
  min: (x: number, best: number) => x < best || (Number.isNaN(x) && !Number.isNaN(best)),
};

function extremeAt(name: 'max' | 'min', list: Float64Array): number {
  return list.reduce((best, x, i) => (better[name](x, list[best]) ? i : best), 0);
}

const folds: Record<Fold, (list: Float64Array) => number> = {
  sum: (list) => list.reduce((a, b) => a + b, 0),
  prod: (list) => list.reduce((a, b) => a * b, 1),
  max: (list) => list[extremeAt('max', list)],
  min: (list) => list[extremeAt('min', list)],
  argmax: (list) => extremeAt('max', list),
  argmin: (list) => extremeAt('min', list),
};

/** Products of int32 wrap at every step, since doubles would lose their low bits. */
const wholeProduct = (list: Float64Array) => list.reduce((a, b) => Math.imul(a, b), 1);

function reduce(kernel: ReduceKernel, work: Work): void {
  const fold = kernel.fold === 'prod' && kernel.expr.type === 'int32' ? wholeProduct : folds[kernel.fold];
  const width = product(kernel.over);
  const values = evaluated(kernel, work.out.length * width, work);
  for (let i = 0; i < work.out.length; i++) work.out[i] = fold(values.subarray(i * width, (i + 1) * width));
}

function matmul(kernel: MatmulKernel, work: Work): void {
  const [a, b] = kernel.inputs.map((view) => elements(view, work)) as [Values, Values];
  const { m, n, k } = productSizes(kernel);
  for (let at = 0; at < work.out.length; at++) {
    const batch = Math.floor(at / (m * n));
    const [row, column] = [Math.floor(at / n) % m, at % n];
    let sum = 0;
    for (let i = 0; i < k; i++) sum += a[(batch * m + row) * k + i] * b[(batch * k + i) * n + column];
    work.out[at] = sum;
  }
}

function checked(index: number, size: number, name: string): number {
  if (index < 0 || index >= size)
    throw new IndexError(`${name}: index ${index} is out of range; allowed are 0 to ${size - 1}`);
  return index;
}

function gather(kernel: GatherKernel, work: Work): void {
  const [view] = kernel.inputs;
  const [source, index] = kernel.inputs.map((v) => elements(v, work)) as [Values, Values];
  for (let i = 0; i < work.out.length; i++) {
    const at = coordinates(i, kernel.dims);
    at[kernel.axis] = checked(index[i], view.dims[kernel.axis], work.name);
    work.out[i] = source[flatten(at, view.dims)]!;
  }
}

function scatterAdd(kernel: ScatterAddKernel, work: Work): void {
  const [base, index, update] = kernel.inputs.map((v) => elements(v, work)) as [Values, Values, Values];
  const sums = Float64Array.from(base);
  for (let i = 0; i < index.length; i++) {
    const at = coordinates(i, kernel.inputs[1].dims);
    at[kernel.axis] = checked(index[i], kernel.dims[kernel.axis], work.name);
    sums[flatten(at, kernel.dims)] += update[i];
  }
  work.out.set(sums);
}

function place(kernel: PlaceKernel, work: Work): void {
  work.out.fill(kernel.fill);
  kernel.inputs.forEach((view, p) => {
    const { start, step } = kernel.parts[p];
    elements(view, work).forEach((x: number, i: number) => {
      const at = coordinates(i, view.dims).map((c, axis) => start[axis] + c * step[axis]);
      work.out[flatten(at, kernel.dims)] = x;
    });
  });
}
