import { product, stridesOf } from '../../core/shape';
import { constant, input, mul } from '../../expr/build';
import { approximate } from '../../expr/approximation';
import { topological, type Expr } from '../../expr/expr';
import { loopOfMap, loopOfReduce } from '../../kernels/loops';
import { costOf } from '../../kernels/cost';
import { members } from '../../kernels/parts';
import { groupFunction, groupKey, groupUnits } from './group';
import { kernelKey, kernelType, type GroupKernel, type LoopKernel, type MatmulKernel, type PlaceKernel, type PlainKernel, type ReduceKernel, type View } from '../../kernels/kernels'; // prettier-ignore
import { productAxes, productSizes, type Walk } from '../../kernels/products';
import type { Step } from '../backend';
import type { FunctionBuilder } from './function-builder';
import { gatherFunction, gatherUnits, scatterAddFunction, scatterAddUnits } from './indexing';
import { loopFunction, loopUnits } from './loop';

/** A position in a program's buffer: what a pointer is made of when the program runs. */
export interface Operand {
  readonly buffer: number;
  /** In elements. */
  readonly offset: number;
}
/** A number among a function's arguments. */
export interface Word {
  readonly word: number;
}

/** A call of one emitted function. */
export interface FunctionLaunch {
  readonly kind: 'function';
  /** Launches with equal keys share one function. */
  readonly key: string;
  readonly emit: () => FunctionBuilder;
  readonly operands: readonly (Operand | Word)[];
  /** Into how many parts its work can be divided. */
  readonly units: number;
  /** How much that is: roughly the instructions, of four elements each. */
  readonly work: number;
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

/** What a step becomes. One that writes nothing becomes nothing. */
export function launchesOf({ kernel, outputs }: Pick<Step, 'kernel' | 'outputs'>): Launch[] {
  const out = outputs.map((buffer): Operand => ({ buffer, offset: 0 }));
  if (kernel.kind === 'group') return [groupLaunch(kernel, out)];
  return kernel.kind === 'loop' ? fusedLaunches(kernel, out) : plainLaunches(kernel, out[0]);
}

function plainLaunches(kernel: PlainKernel, out: Operand): Launch[] {
  if (isEmpty(kernel.dims)) return [];
  switch (kernel.kind) {
    case 'map':
      return [loopLaunch(loopOfMap(kernel), [out])];
    case 'reduce':
      return [isEmpty(kernel.over) ? neutral(kernel, out) : loopLaunch(loopOfReduce(kernel), [out])];
    case 'matmul':
      return matmulLaunches(kernel, out);
    case 'gather': {
      const [source, index] = kernel.inputs;
      return [{ kind: 'function', key: kernelKey(kernel), emit: () => gatherFunction(kernel), units: gatherUnits(kernel), work: product(kernel.dims), operands: [operandOf(source), operandOf(index), out], indexRange: source.dims[kernel.axis] }]; // prettier-ignore
    }
    case 'scatterAdd': {
      const [base, index, update] = kernel.inputs;
      const copy = loopLaunch(copyLoop(base), [out]);
      if (isEmpty(index.dims)) return [copy];
      return [copy, { kind: 'function', key: kernelKey(kernel), emit: () => scatterAddFunction(kernel), units: scatterAddUnits(kernel), work: product(update.dims), operands: [out, operandOf(index), operandOf(update)], indexRange: kernel.dims[kernel.axis] }]; // prettier-ignore
    }
    case 'place':
      return placeLaunches(kernel, out);
  }
}

function fusedLaunches(kernel: LoopKernel, out: readonly Operand[]): Launch[] {
  return isEmpty(kernel.dims) || isEmpty(kernel.over) ? [] : [loopLaunch(kernel, out)];
}

function groupLaunch(kernel: GroupKernel, out: readonly Operand[]): FunctionLaunch {
  const { exprs, sizes } = kernel;
  const parts = members(kernel).map(({ size, inputs }, m) => {
    const results = out.slice(exprs.length * m, exprs.length * (m + 1));
    return [{ word: size }, ...results, ...inputs.map(operandOf)];
  });
  return {
    kind: 'function',
    key: groupKey(kernel),
    emit: () => groupFunction(kernel),
    operands: [{ word: sizes.length }, ...parts.flat()],
    units: groupUnits(kernel),
    work: costOf(kernel).operations / 4,
  };
}

function loopLaunch(kernel: LoopKernel, out: readonly Operand[]): FunctionLaunch {
  const operands = [...out, ...kernel.inputs.map(operandOf)];
  return {
    kind: 'function',
    key: kernelKey(kernel),
    emit: () => loopFunction(kernel),
    units: loopUnits(kernel),
    work: workOf(kernel),
    operands,
  };
}

function workOf({ dims, over, inputs, folds, stores }: LoopKernel): number {
  const parts = topological([...folds, ...stores].map(({ expr }) => approximate(expr))).length;
  return (product([...dims, ...over]) / 4) * (parts + inputs.length + 2 * stores.length);
}

const copyLoop = (view: View, strides?: readonly number[]): LoopKernel =>
  loopOfMap({ kind: 'map', dims: view.dims, inputs: [view], expr: input(0, view.dtype) }, strides);

/** What a fold of nothing is. */
function neutral(kernel: ReduceKernel, out: Operand): FunctionLaunch {
  return fillLaunch(kernel, out, kernel.fold === 'prod' ? 1 : 0);
}
function fillLaunch(kernel: PlainKernel, out: Operand, value: number): FunctionLaunch {
  const expr: Expr = constant(value, kernelType(kernel));
  return loopLaunch(loopOfMap({ kind: 'map', dims: kernel.dims, inputs: [], expr }), [out]);
}

/** Products of or by a vector are sums, outer products are maps; all others are packed. */
function matmulLaunches(kernel: MatmulKernel, out: Operand): Launch[] {
  const { dims, inputs } = kernel;
  const { batch, rows, columns, depth } = productAxes(kernel);
  const { m, n, k } = productSizes(kernel);
  if (k === 0) return [fillLaunch(kernel, out, 0)];
  if (k > 1 && m > 1 && n > 1) return [{ kind: 'gemm', kernel, output: out.buffer }];
  const still = (walk: Walk): Walk => ({ ...walk, strides: walk.dims.map(() => 0) });
  const spread = (view: View, walks: readonly Walk[]): View => ({
    ...view,
    dims: walks.flatMap((walk) => walk.dims),
    strides: walks.flatMap((walk) => walk.strides),
  });
  const views = [
    spread(inputs[0], [batch[0], rows, still(columns), depth[0]]),
    spread(inputs[1], [batch[1], still(rows), columns, depth[1]]),
  ];
  const expr = mul(input(0, 'float32'), input(1, 'float32'));
  if (k > 1) return plainLaunches({ kind: 'reduce', fold: 'sum', dims, over: depth[0].dims, inputs: views, expr }, out);
  const outer = views.map((view) => ({ ...view, dims, strides: view.strides.slice(0, dims.length) }));
  return plainLaunches({ kind: 'map', dims, inputs: outer, expr }, out);
}

function placeLaunches(kernel: PlaceKernel, out: Operand): Launch[] {
  const rows = stridesOf(kernel.dims);
  const filled = kernel.inputs.reduce((sum, view) => sum + product(view.dims), 0);
  const whole = filled === product(kernel.dims);
  const parts = kernel.inputs.map((view, p) => {
    const { start, step } = kernel.parts[p];
    const offset = start.reduce((at, s, i) => at + s * rows[i], out.offset);
    const strides = rows.map((stride, i) => stride * step[i]);
    return isEmpty(view.dims) ? [] : [loopLaunch(copyLoop(view, strides), [{ ...out, offset }])];
  });
  return [...(whole ? [] : [fillLaunch(kernel, out, kernel.fill)]), ...parts.flat()];
}

/** Where each element of the axes lies, in elements from `first`. */
export function offsetsAlong({ dims, strides }: Walk, first: number): number[] {
  return dims.reduce<number[]>(
    (list, size, axis) => list.flatMap((at) => Array.from({ length: size }, (_, i) => at + i * strides[axis])),
    [first],
  );
}
