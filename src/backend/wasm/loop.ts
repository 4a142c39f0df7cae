import { stridesOf } from '../../core/shape';
import { approximate } from '../../expr/approximation';
import { topological } from '../../expr/expr';
import { jointAxes, single, type Axis } from '../../kernels/axes';
import type { LoopKernel } from '../../kernels/kernels';
import { walked } from '../../kernels/loops';
import type { FunctionBuilder } from './function-builder';
import {
  advance,
  advanceBy,
  beginCall,
  inputLocals,
  inSteps,
  loadLanes,
  storeLanes,
  stretch,
  walkRange,
  type Call,
  type LaneOffsets,
} from './loops';
import { axesOf, unit } from './reduction';
import { AcrossResults } from './reduction-across';
import { ByRows, goesByRows } from './reduction-rows';
import { WithinResult } from './reduction-within';
import { positionsFrom, VectorPrinter } from './vector-expression';

/** A function of the addresses of the folds' results, the stores' buffers, and the inputs. */
export function loopFunction(kernel: LoopKernel): FunctionBuilder {
  const call = beginCall(kernel.folds.length + kernel.stores.length + kernel.inputs.length);
  new (printerOf(kernel))(call, kernel).print();
  return call.f;
}

function printerOf(kernel: LoopKernel) {
  if (kernel.folds.length === 0) return Rows;
  if (kernel.lanes === 'folded') return WithinResult;
  return goesByRows(kernel) ? ByRows : AcrossResults;
}

/** Into how many units the work of the function can be divided. */
export function loopUnits(kernel: LoopKernel): number {
  if (kernel.folds.length > 0) return unitsOfFolds(kernel);
  const [first, ...inner] = rowAxes(kernel);
  return inner.length > 0 ? first.size : Math.ceil(first.size / stretch);
}

function unitsOfFolds(kernel: LoopKernel): number {
  const { outer } = axesOf(kernel);
  if (outer.length === 0) return 1;
  return outer.length === 1 && kernel.lanes === 'results' ? Math.ceil(outer[0].size / unit) : outer[0].size;
}

function rowAxes(kernel: LoopKernel): readonly Axis[] {
  const operands = walked(kernel);
  const axes = jointAxes(kernel.dims, operands);
  return axes.length > 0 ? axes : [single(operands.length)];
}

/** Whether the results lie side by side along the last two axes, the last of which has two elements. */
function isPacked(axes: readonly Axis[], stores: number): boolean {
  const [outer, inner] = axes.slice(-2);
  return Array.from({ length: stores }, (_, k) => k).every((k) => outer.strides[k] === 2 && inner.strides[k] === 1);
}

/** A loop without folds. The innermost takes some vectors of elements at a time, or one, then those that are left over. */
class Rows {
  readonly #f: FunctionBuilder;
  /** Of each vector that is taken at a time. */
  readonly #inputs: readonly (readonly number[])[];
  readonly #printer: VectorPrinter;
  readonly #start: number | undefined;
  readonly #axes: readonly Axis[];
  readonly #axis: Axis;
  /** An axis of two that is taken along: a vector is two turns of `#axis`. */
  readonly #pair: Axis | undefined;

  constructor(
    private readonly call: Call,
    private readonly kernel: LoopKernel,
  ) {
    const { dims, stores, inputs } = kernel;
    const f = (this.#f = call.f);
    const axes = rowAxes(kernel);
    this.#pair = axes.length > 2 && axes[axes.length - 1].size === 2 && isPacked(axes, stores.length) ? axes[axes.length - 1] : undefined; // prettier-ignore
    this.#axes = this.#pair ? axes.slice(0, -1) : axes;
    this.#axis = this.#axes[this.#axes.length - 1];
    const exprs = stores.map(({ expr }) => approximate(expr));
    this.#printer = new VectorPrinter(f, exprs, this.#liesSideBySide());
    this.#inputs = inputLocals(f, inputs.map((_, k) => this.#isStill(k)), this.#printer.vectors); // prettier-ignore
    const usesIndex = topological(exprs).some((e) => e.op === 'index');
    if (usesIndex && stridesOf(dims).some((stride, i) => dims[i] > 1 && stride !== stores[0].strides[i]))
      throw new Error('positions are printed of row-major results only');
    this.#start = usesIndex ? f.local('i32') : undefined;
  }

  print(): void {
    const { call } = this;
    const outer = this.#axes.slice(0, -1);
    this.#printer.hoist();
    if (this.#start !== undefined) this.#f.get(call.pointers[0]).set(this.#start);
    if (outer.length === 0) this.#stretches();
    else walkRange(call, outer, call.pointers, () => this.#row());
  }

  /** The one axis, from one unit to another. */
  #stretches(): void {
    const { from, to, pointers } = this.call;
    const f = this.#f;
    const { size, strides } = this.#axis;
    advanceBy(f, pointers, { size, strides: strides.map((s) => s * stretch) }, from);
    this.#loadStill();
    const left = f.local('i32');
    const most = this.#inputs.length * 4;
    // up to the last unit's end, which may lie beyond the axis' end
    f.get(to).i32(stretch / most).op('i32.mul').i32(Math.floor(size / most)).op('i32.lt_u').when(
      () => f.get(to).i32(stretch / most).op('i32.mul').set(left),
      () => f.i32(Math.floor(size / most)).set(left),
    ); // prettier-ignore
    f.get(left).get(from).i32(stretch / most).op('i32.mul').op('i32.sub').set(left); // prettier-ignore
    f.countDown(left, () => this.#vectors(this.#inputs.length));
    if (size % most === 0) return;
    f.get(to).i32(Math.ceil(size / stretch)).op('i32.ge_u').when(() => this.#rest(size % most)); // prettier-ignore
  }

  #row(): void {
    const size = this.#axis.size * (this.#pair ? 2 : 1);
    const most = this.#inputs.length * 4;
    this.#loadStill();
    this.#f.times(Math.floor(size / most), () => this.#vectors(this.#inputs.length));
    this.#rest(size % most);
    advance(this.#f, this.call.pointers, this.#axis, -this.#turns * Math.floor(size / 4));
  }

  /** Of the axis, for each vector. */
  get #turns(): number {
    return this.#pair ? 2 : 4;
  }

  #vectors(vectors: number): void {
    this.#elements(4, vectors);
    advance(this.#f, this.call.pointers, this.#axis, this.#turns * vectors);
  }
  /** The elements that are left over, fewer than are taken at a time. */
  #rest(elements: number): void {
    for (let i = 0; i < Math.floor(elements / 4); i++) this.#vectors(1);
    if (elements % 4 > 0) this.#elements(elements % 4, 1);
  }

  /** Whether the input is the same for the whole row. */
  #isStill(input: number): boolean {
    return this.#offsets(this.kernel.stores.length + input).every((at) => at === 0);
  }
  /** Whether each operand's elements are neighbours in memory, or all the same one. */
  #liesSideBySide(): boolean {
    const { stores, inputs } = this.kernel;
    const isSideBySide = (operand: number): boolean => this.#offsets(operand).every((at, i) => at === i);
    return [...stores, ...inputs].every(
      (_, k) => isSideBySide(k) || (k >= stores.length && this.#isStill(k - stores.length)),
    );
  }

  /** Loads what is the same for the whole row. */
  #loadStill(): void {
    this.#inputs[0].forEach((_, k) => {
      if (this.#isStill(k)) this.#load(k, 0, 4);
    });
  }
  #load(input: number, vector: number, count: number): void {
    const operand = this.kernel.stores.length + input;
    const local = this.#inputs[vector][input];
    loadLanes(this.#f, local, this.call.pointers[operand], this.#offsets(operand), count, vector);
  }
  #offsets(operand: number): LaneOffsets {
    const stride = this.#axis.strides[operand];
    if (!this.#pair) return inSteps(stride);
    const inner = this.#pair.strides[operand];
    return [0, inner, stride, stride + inner];
  }

  /** So many elements of so many vectors. */
  #elements(count: number, vectors: number): void {
    const f = this.#f;
    const taken = this.#inputs.slice(0, vectors);
    taken.forEach((inputs, v) => inputs.forEach((_, k) => !this.#isStill(k) && this.#load(k, v, count)));
    const values = taken.map((inputs, v) => this.#printer.print({ inputs, index: this.#index(v) }));
    this.kernel.stores.forEach((_, k) => {
      const stride = this.#pair || this.#axis.size === 1 ? 1 : this.#axis.strides[k];
      values.forEach((results, v) => storeLanes(f, results[k], this.call.pointers[k], stride, count, v));
    });
  }

  /** The first result is row-major where positions are asked for, so its pointer tells them. */
  #index(vector: number): number | undefined {
    if (this.#start === undefined) return undefined;
    const f = this.#f;
    const position = f.local('i32');
    f.get(this.call.pointers[0]).get(this.#start).op('i32.sub').i32(2).op('i32.shr_u').set(position);
    return positionsFrom(f, position, vector);
  }
}
