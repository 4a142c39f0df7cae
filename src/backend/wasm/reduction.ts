import { product } from '../../core/shape';
import { approximate } from '../../expr/approximation';
import { topological } from '../../expr/expr';
import type { Axis } from '../../kernels/axes';
import { foldOrder, type FoldOrder } from '../../kernels/fold-order';
import { walked } from '../../kernels/loops';
import type { LoopKernel } from '../../kernels/kernels';
import { accumulators, type Accumulator } from './accumulator';
import type { FunctionBuilder } from './function-builder';
import { advance, advanceBy, loadLanes, storeLanes, walk, walkRange, type Call } from './loops';
import { positionsFrom, VectorPrinter } from './vector-expression';

/** How many turns are summed before they are added to a second sum: sums of many small numbers stay exact longer. */
const block = 64;

/** So many neighbouring results are a unit where there are no further axes. */
const unit = 16;

/** Into how many units the work can be divided. */
export function reductionUnits(kernel: LoopKernel): number {
  const { outer } = axesOf(kernel);
  if (outer.length === 0) return 1;
  return outer.length === 1 && kernel.lanes === 'results' ? Math.ceil(outer[0].size / unit) : outer[0].size;
}

const axesOf = (kernel: LoopKernel): FoldOrder => foldOrder(kernel.dims, kernel.over, walked(kernel));

/** The accumulators of all folds, for one vector of elements. */
type Sums = readonly Accumulator[];

/**
 * A loop with folds. Either the four lanes of a vector walk along the elements that are folded, to be joined in the end, or
 * they are four neighbouring results, whichever way the operands lie in memory.
 */
export class Reduction {
  private readonly f: FunctionBuilder;
  readonly #inputs: number[];
  /** Of the folds' results, and of the stores' buffers and the inputs, which walk along. */
  readonly #results: readonly number[];
  readonly #pointers: readonly number[];
  readonly #position: number;
  readonly #printer: VectorPrinter;
  readonly #outer: readonly Axis[];
  readonly #folded: readonly Axis[];
  readonly #asksPlace: boolean;

  constructor(
    private readonly call: Call,
    private readonly kernel: LoopKernel,
  ) {
    const { folds, stores, inputs } = kernel;
    const f = (this.f = call.f);
    ({ outer: this.#outer, folded: this.#folded } = axesOf(kernel));
    this.#inputs = inputs.map(() => f.local('v128'));
    this.#results = call.pointers.slice(0, folds.length);
    this.#pointers = call.pointers.slice(folds.length);
    this.#position = f.local('i32');
    this.#asksPlace = folds.some(({ fold }) => fold.startsWith('arg'));
    const exprs = [...folds, ...stores].map(({ expr }) => approximate(expr));
    if (topological(exprs).some((e) => e.op === 'index'))
      throw new Error('positions inside a reduction are not printed');
    this.#printer = new VectorPrinter(f, exprs);
  }

  print(): void {
    this.#printer.hoist();
    if (this.kernel.lanes === 'results') this.#acrossResults();
    else this.#withinResult();
  }

  #make(): Sums {
    return this.kernel.folds.map(({ fold, expr }) =>
      accumulators[fold](this.f, expr.type === 'int32' ? 'int32' : 'float32'),
    );
  }

  /** Takes the elements at the pointers into the accumulators and stores; `count` of the four lanes count. */
  #take(into: Sums, axis: Axis, count: number, places?: number): void {
    const { f } = this;
    const stores = this.kernel.stores.length;
    this.#inputs.forEach((local, k) => loadLanes(f, local, this.#pointers[stores + k], axis.strides[stores + k], count)); // prettier-ignore
    this.#printer.print({ inputs: this.#inputs }, (root) => {
      const value = f.local('v128');
      f.set(value);
      if (root < into.length) {
        if (places !== undefined) into[root].at(places);
        into[root].take(value, count);
      } else {
        const k = root - into.length;
        storeLanes(f, value, this.#pointers[k], axis.size === 1 ? 1 : axis.strides[k], count);
      }
    });
  }

  /** Lanes along the folded elements. */
  #withinResult(): void {
    const { f } = this;
    const [inner, rest] = [this.#folded.at(-1)!, this.#folded.slice(0, -1)];
    const sums = Array.from({ length: this.#asksPlace || inner.size < 32 ? 1 : 4 }, () => this.#make());
    const result = (): void => {
      sums.flat().forEach((sum) => sum.begin());
      f.i32(0).set(this.#position);
      walk(f, rest, this.#pointers, () => this.#row(sums, inner));
      sums[0].forEach((sum, k) => {
        sums.slice(1).forEach((other) => sum.join(other[k]));
        sum.storeJoined(this.#results[k]);
        f.increase(this.#results[k], 4);
      });
    };
    if (this.#outer.length === 0) return result();
    this.#skipResults(resultsIn(this.#outer.slice(1)));
    walkRange(this.call, this.#outer, this.#pointers, result);
  }

  #row(sums: readonly Sums[], axis: Axis): void {
    const { f } = this;
    const turns = Math.floor(axis.size / (4 * sums.length));
    this.#inBlocks(sums, turns, () => sums.forEach((sum) => this.#step(sum, axis, 4)));
    f.times(Math.floor(axis.size / 4) - turns * sums.length, () => this.#step(sums[0], axis, 4));
    if (axis.size % 4 > 0) this.#step(sums[0], axis, axis.size % 4);
    sums.flat().forEach((sum) => sum.flush());
    advance(f, this.#pointers, axis, -axis.size);
  }

  #step(sums: Sums, axis: Axis, count: number): void {
    this.#take(sums, axis, count, this.#asksPlace ? positionsFrom(this.f, this.#position) : undefined);
    advance(this.f, this.#pointers, axis, count);
    this.f.increase(this.#position, count);
  }

  /** Repeats the body, flushing the accumulators every so often. */
  #inBlocks(sums: readonly Sums[], turns: number, body: () => void): void {
    this.f.times(Math.floor(turns / block), () => {
      this.f.times(block, body);
      sums.flat().forEach((sum) => sum.flush());
    });
    this.f.times(turns % block, body);
  }

  /** Moves the results' pointers to the first unit, of so many results each. */
  #skipResults(each: number): void {
    const strides = this.#results.map(() => each);
    advanceBy(this.f, this.#results, { size: 0, strides }, this.call.from);
  }

  /** Lanes along the results. */
  #acrossResults(): void {
    const { f, call } = this;
    const [inner, rest] = [this.#outer.at(-1)!, this.#outer.slice(0, -1)];
    const [wide, left] = [Math.floor(inner.size / unit), inner.size % unit];
    const remainder = (): void => {
      f.times(Math.floor(left / 4), () => this.#someResults(1, 4, inner));
      if (left % 4 > 0) this.#someResults(1, left % 4, inner);
    };
    if (rest.length > 0) {
      this.#skipResults(resultsIn(this.#outer.slice(1)));
      walkRange(call, rest, this.#pointers, () => {
        f.times(wide, () => this.#someResults(4, 4, inner));
        remainder();
        advance(f, this.#pointers, inner, -inner.size);
      });
      return;
    }
    this.#skipResults(unit);
    advanceBy(f, this.#pointers, { size: 0, strides: inner.strides.map((s) => unit * s) }, call.from);
    const turns = f.local('i32');
    f.get(call.to).i32(wide).op('i32.lt_u').when(
      () => f.get(call.to).set(turns),
      () => f.i32(wide).set(turns),
    ); // prettier-ignore
    f.get(turns).get(call.from).op('i32.sub').set(turns);
    if (wide > 0) f.countDown(turns, () => this.#someResults(4, 4, inner));
    if (left > 0) f.i32(wide).get(call.to).op('i32.lt_u').when(remainder); // prettier-ignore
  }

  /** `vectors` times four neighbouring results, or `count` of the last four. */
  #someResults(vectors: number, count: number, result: Axis): void {
    const { f } = this;
    const sums = Array.from({ length: vectors }, () => this.#make());
    sums.flat().forEach((sum) => sum.begin());
    f.i32(0).set(this.#position);
    const [inner, rest] = [this.#folded.at(-1)!, this.#folded.slice(0, -1)];
    walk(f, rest, this.#pointers, () => {
      this.#inBlocks(sums, inner.size, () => this.#column(sums, count, result, inner));
      sums.flat().forEach((sum) => sum.flush());
      advance(f, this.#pointers, inner, -inner.size);
    });
    sums.forEach((vector, v) => vector.forEach((sum, k) => sum.storeLanes(this.#results[k], 16 * v, count)));
    const done = vectors === 1 ? count : 4 * vectors;
    this.#results.forEach((pointer) => f.increase(pointer, 4 * done));
    advance(f, this.#pointers, result, done);
  }

  #column(sums: readonly Sums[], count: number, result: Axis, folded: Axis): void {
    const { f } = this;
    sums.forEach((sum, v) => {
      advance(f, this.#pointers, result, v === 0 ? 0 : 4);
      this.#take(sum, result, count, this.#asksPlace ? this.#samePlace() : undefined);
    });
    advance(f, this.#pointers, result, -4 * (sums.length - 1));
    advance(f, this.#pointers, folded, 1);
    f.increase(this.#position, 1);
  }

  /** The same place of the fold in all lanes. */
  #samePlace(): number {
    const places = this.f.local('v128');
    this.f.get(this.#position).op('i32x4.splat').set(places);
    return places;
  }
}

const resultsIn = (axes: readonly Axis[]): number => product(axes.map(({ size }) => size));
