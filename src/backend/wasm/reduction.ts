import { approximate } from '../../expr/approximation';
import { topological } from '../../expr/expr';
import { jointAxes, single, type Axis } from '../../kernels/axes';
import type { LoopKernel } from '../../kernels/kernels';
import { accumulators, type Accumulator } from './accumulator';
import type { FunctionBuilder } from './function-builder';
import { advance, loadLanes, storeLanes, walk } from './loops';
import { positionsFrom, VectorPrinter } from './vector-expression';

/** How many turns are summed before they are added to a second sum: sums of many small numbers stay exact longer. */
const block = 64;

/** The accumulators of all folds, for one vector of elements. */
type Sums = readonly Accumulator[];

/**
 * A loop with folds. Either the four lanes of a vector walk along the elements that are folded, to be joined in the end, or
 * they are four neighbouring results, whichever way the operands lie in memory.
 */
export class Reduction {
  readonly #inputs: number[];
  /** Of the stores' buffers, then of the inputs; those of the folds' results are the first parameters. */
  readonly #pointers: number[];
  readonly #position: number;
  readonly #printer: VectorPrinter;
  readonly #outer: readonly Axis[];
  readonly #folded: readonly Axis[];
  readonly #asksPlace: boolean;

  constructor(
    private readonly f: FunctionBuilder,
    private readonly kernel: LoopKernel,
  ) {
    const { dims, over, folds, stores, inputs } = kernel;
    const operands = [...stores, ...inputs].map(({ strides }) => strides);
    this.#outer = jointAxes(dims, operands.map((s) => s.slice(0, dims.length))); // prettier-ignore
    const folded = jointAxes(over, operands.map((s) => s.slice(dims.length))); // prettier-ignore
    this.#folded = folded.length > 0 ? folded : [single(operands.length)];
    this.#inputs = inputs.map(() => f.local('v128'));
    this.#pointers = operands.map((_, k) => folds.length + k);
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
    walk(f, this.#outer, this.#pointers, () => {
      sums.flat().forEach((sum) => sum.begin());
      f.i32(0).set(this.#position);
      walk(f, rest, this.#pointers, () => this.#row(sums, inner));
      sums[0].forEach((sum, k) => {
        sums.slice(1).forEach((other) => sum.join(other[k]));
        sum.storeJoined(k);
        f.increase(k, 4);
      });
    });
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

  /** Lanes along the results. */
  #acrossResults(): void {
    const { f } = this;
    const [inner, rest] = [this.#outer.at(-1)!, this.#outer.slice(0, -1)];
    const wide = Math.floor(inner.size / 16);
    walk(f, rest, this.#pointers, () => {
      f.times(wide, () => this.#results(4, 4, inner));
      f.times(Math.floor((inner.size % 16) / 4), () => this.#results(1, 4, inner));
      if (inner.size % 4 > 0) this.#results(1, inner.size % 4, inner);
      advance(f, this.#pointers, inner, -inner.size);
    });
  }

  /** `vectors` times four neighbouring results, or `count` of the last four. */
  #results(vectors: number, count: number, result: Axis): void {
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
    sums.forEach((vector, v) => vector.forEach((sum, k) => sum.storeLanes(k, 16 * v, count)));
    const done = vectors === 1 ? count : 4 * vectors;
    this.kernel.folds.forEach((_, k) => f.increase(k, 4 * done));
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
