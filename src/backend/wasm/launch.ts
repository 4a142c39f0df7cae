import { mul, input } from '../../expr/build';
import { kernelKey, kernelType, type Kernel, type MapKernel, type MatmulKernel, type PlaceKernel, type View } from '../../kernels/kernels'; // prettier-ignore
import { contiguous } from '../../kernels/views';
import { stridesOf } from '../../core/shape';
import { constant } from '../../expr/build';
import type { FunctionBuilder } from './function-builder';
import { gatherFunction, scatterAddFunction } from './indexing';
import { mapFunction } from './map';
import { reduceFunction } from './reduce';

/** A position in a program's buffer: what a pointer is made of when the program runs. */
export interface Operand {
  readonly buffer: number;
  /** In elements. */
  readonly offset: number;
}

/** A call of one emitted function. */
export interface FunctionLaunch {
  readonly kind: 'function';
  /** Launches with equal keys share one function. */
  readonly key: string;
  readonly emit: () => FunctionBuilder;
  readonly operands: readonly Operand[];
  /** Along which size indices are checked, for kernels that have them. */
  readonly indexRange?: number;
}

/** A matrix product, or a batch of them. */
export interface GemmLaunch {
  readonly kind: 'gemm';
  readonly kernel: MatmulKernel;
  readonly output: number;
}
export type Launch = FunctionLaunch | GemmLaunch;

const operandOf = ({ buffer, offset }: View): Operand => ({ buffer, offset });
const isEmpty = (dims: readonly number[]): boolean => dims.includes(0);

/** What a kernel becomes. One that writes nothing becomes nothing. */
export function launchesOf(kernel: Kernel, output: number): Launch[] {
  if (isEmpty(kernel.dims)) return [];
  const out = { buffer: output, offset: 0 };
  switch (kernel.kind) {
    case 'map':
      return [mapLaunch(kernel, out)];
    case 'reduce':
      if (isEmpty(kernel.over)) return [fillLaunch(kernel, out, kernel.fold === 'prod' ? 1 : 0)];
      return [{ kind: 'function', key: kernelKey(kernel), emit: () => reduceFunction(kernel), operands: [out, ...kernel.inputs.map(operandOf)] }]; // prettier-ignore
    case 'matmul':
      return matmulLaunches(kernel, output);
    case 'gather': {
      const [source, index] = kernel.inputs;
      return [{ kind: 'function', key: kernelKey(kernel), emit: () => gatherFunction(kernel), operands: [operandOf(source), operandOf(index), out], indexRange: source.dims[kernel.axis] }]; // prettier-ignore
    }
    case 'scatterAdd': {
      const [base, index, update] = kernel.inputs;
      const copy = mapLaunch({ kind: 'map', dims: kernel.dims, inputs: [base], expr: input(0, base.dtype) }, out);
      if (isEmpty(index.dims)) return [copy];
      return [copy, { kind: 'function', key: kernelKey(kernel), emit: () => scatterAddFunction(kernel), operands: [out, operandOf(index), operandOf(update)], indexRange: kernel.dims[kernel.axis] }]; // prettier-ignore
    }
    case 'place':
      return placeLaunches(kernel, out);
  }
}

function mapLaunch(kernel: MapKernel, out: Operand, outStrides?: readonly number[]): FunctionLaunch {
  const { dims, inputs, expr } = kernel;
  const key = `${kernelKey(kernel)}${outStrides ? ` into ${outStrides.join()}` : ''}`;
  return { kind: 'function', key, emit: () => mapFunction(dims, inputs, expr, outStrides), operands: [out, ...inputs.map(operandOf)] }; // prettier-ignore
}

function fillLaunch(kernel: Kernel, out: Operand, value: number): FunctionLaunch {
  return mapLaunch({ kind: 'map', dims: kernel.dims, inputs: [], expr: constant(value, kernelType(kernel)) }, out);
}

/** Products of or by a vector are sums, outer products are maps; all others are packed. */
function matmulLaunches(kernel: MatmulKernel, output: number): Launch[] {
  const { dims, inputs } = kernel;
  const [a, b] = inputs;
  const [m, n, k] = [dims.at(-2)!, dims.at(-1)!, a.dims.at(-1)!];
  const out = { buffer: output, offset: 0 };
  if (k === 0) return [fillLaunch(kernel, out, 0)];
  const batch = dims.slice(0, -2);
  const product = mul(input(0, 'float32'), input(1, 'float32'));
  const spread = (view: View, order: readonly number[], sizes: readonly number[]): View => ({
    ...view,
    dims: [...batch, ...sizes],
    strides: [...view.strides.slice(0, -2), ...order.map((i) => (i < 0 ? 0 : view.strides.at(i - 2)!))],
  });
  if (k === 1)
    return launchesOf({ kind: 'map', dims, inputs: [spread(a, [0, -1], [m, n]), spread(b, [-1, 1], [m, n])], expr: product }, output); // prettier-ignore
  if (m === 1 || n === 1) {
    const views = [spread(a, [0, -1, 1], [m, n, k]), spread(b, [-1, 1, 0], [m, n, k])];
    return launchesOf({ kind: 'reduce', fold: 'sum', dims, over: [k], inputs: views, expr: product }, output);
  }
  return [{ kind: 'gemm', kernel, output }];
}

function placeLaunches(kernel: PlaceKernel, out: Operand): Launch[] {
  const rows = stridesOf(kernel.dims);
  const type = kernelType(kernel);
  const filled = kernel.inputs.reduce((sum, view) => sum + view.dims.reduce((x, y) => x * y, 1), 0);
  const whole = filled === kernel.dims.reduce((x, y) => x * y, 1);
  const parts = kernel.inputs.map((view, p) => {
    const { start, step } = kernel.parts[p];
    const offset = start.reduce((at, s, i) => at + s * rows[i], out.offset);
    const strides = rows.map((stride, i) => stride * step[i]);
    const copy: MapKernel = { kind: 'map', dims: view.dims, inputs: [view], expr: input(0, type) };
    return isEmpty(view.dims) ? [] : [mapLaunch(copy, { ...out, offset }, strides)];
  });
  return [...(whole ? [] : [fillLaunch(kernel, out, kernel.fill)]), ...parts.flat()];
}

/** Where each matrix of a batch begins, in elements from the operand's first. */
export function batchOffsets(view: View): number[] {
  const batch = { ...contiguous(0, view.dtype, view.dims), dims: view.dims.slice(0, -2), strides: view.strides };
  return batch.dims.reduce<number[]>(
    (list, size, axis) => list.flatMap((at) => Array.from({ length: size }, (_, i) => at + i * batch.strides[axis])),
    [view.offset],
  );
}
