import { product } from '../../core/shape';
import { approximate } from '../../expr/approximation';
import { topological } from '../../expr/expr';
import type { Axis } from '../../kernels/axes';
import { foldOrder, type FoldOrder } from '../../kernels/fold-order';
import { walked } from '../../kernels/loops';
import type { LoopKernel } from '../../kernels/kernels';
import { accumulators, type Accumulator } from './accumulator';
import type { FunctionBuilder } from './function-builder';
import { advance, advanceBy, inputLocals, inSteps, loadLanes, storeLanes, type Call } from './loops';
import { VectorPrinter } from './vector-expression';

/** How many turns are summed before they are added to a second sum: sums of many small numbers stay exact longer. */
const block = 64;

/** So many neighbouring results are a unit where there are no further axes. */
export const unit = 16;

export const resultsIn = (axes: readonly Axis[]): number => product(axes.map(({ size }) => size));

export const axesOf = (kernel: LoopKernel): FoldOrder => foldOrder(kernel.dims, kernel.over, walked(kernel));

/** The accumulators of all folds, for one vector of elements. */
export type Sums = readonly Accumulator[];
type Taking = readonly Pick<Accumulator, 'at' | 'take'>[];

/**
 * A loop with folds. Subclasses say how its elements are gone through, whichever way they lie in memory; what is added to what
 * is the same for all with the same `lanes`.
 */
export abstract class Reduction {
  protected readonly f: FunctionBuilder;
  /** Of each vector that is taken at a time. */
  readonly #inputs: readonly (readonly number[])[];
  /** Of the folds' results, and of the stores' buffers and the inputs, which walk along. */
  protected readonly results: readonly number[];
  protected readonly pointers: readonly number[];
  protected readonly outer: readonly Axis[];
  protected readonly folded: readonly Axis[];
  readonly #printer: VectorPrinter;
  /** How far along what is folded it is, and whether some fold asks for that. */
  protected readonly position: number;
  protected readonly asksPlace: boolean;

  constructor(
    protected readonly call: Call,
    protected readonly kernel: LoopKernel,
  ) {
    const { folds, stores, inputs } = kernel;
    const f = (this.f = call.f);
    ({ outer: this.outer, folded: this.folded } = axesOf(kernel));
    this.position = f.local('i32');
    this.asksPlace = folds.some(({ fold }) => fold.startsWith('arg'));
    this.results = call.pointers.slice(0, folds.length);
    this.pointers = call.pointers.slice(folds.length);
    const exprs = [...folds, ...stores].map(({ expr }) => approximate(expr));
    if (topological(exprs).some((e) => e.op === 'index'))
      throw new Error('positions inside a reduction are not printed');
    this.#printer = new VectorPrinter(f, exprs, true); // or one vector, which `atATime` says of each axis
    this.#inputs = inputLocals(f, inputs.map(() => false), this.#printer.vectors); // prettier-ignore
  }

  print(): void {
    this.#printer.hoist();
    this.body();
  }
  protected abstract body(): void;

  protected make(): Sums {
    return this.kernel.folds.map(({ fold, expr }) =>
      accumulators[fold](this.f, expr.type === 'int32' ? 'int32' : 'float32'),
    );
  }

  /** How many vectors along the axis are taken at a time: one, unless they lie side by side, or are all the same. */
  protected atATime({ strides }: Axis): number {
    const stores = this.kernel.stores.length;
    const isSideBySide = strides.every((stride, k) => stride === 1 || (stride === 0 && k >= stores));
    return isSideBySide ? this.#inputs.length : 1;
  }

  /** Takes one vector after the other along the axis into accumulators of its own; the pointers stay where they are. */
  protected takeEach(into: readonly Taking[], axis: Axis, places?: number): void {
    const each = this.atATime(axis);
    for (let v = 0; v < into.length; v += each) {
      advance(this.f, this.pointers, axis, v === 0 ? 0 : 4 * each);
      this.take(into.slice(v, v + each), axis, 4, places);
    }
    advance(this.f, this.pointers, axis, 4 * (each - into.length));
  }

  /** Takes the elements at the pointers into the accumulators of each vector, and stores; `count` of the four lanes count. */
  protected take(into: readonly Taking[], axis: Axis, count: number, places?: number): void {
    const { f } = this;
    const { folds, stores } = this.kernel;
    const stride = (operand: number): number => axis.strides[operand];
    const taken = into.map((_, v) => {
      this.#inputs[v].forEach((local, k) => loadLanes(f, local, this.pointers[stores.length + k], inSteps(stride(stores.length + k)), count, v)); // prettier-ignore
      return this.#inputs[v];
    });
    const values = taken.map((inputs) => this.#printer.print({ inputs }));
    into.forEach((accumulators, v) =>
      accumulators.forEach((sum, k) => {
        if (places !== undefined) sum.at(places);
        sum.take(values[v][k], count);
      }),
    );
    stores.forEach(
      (_, k) =>
      values.forEach((roots, v) => storeLanes(f, roots[folds.length + k], this.pointers[k], axis.size === 1 ? 1 : stride(k), count, v)), // prettier-ignore
    );
  }

  /** Repeats the body, flushing what it adds up every so often. */
  protected inBlocks(turns: number, body: () => void, flush: () => void): void {
    this.f.times(Math.floor(turns / block), () => {
      this.f.times(block, body);
      flush();
    });
    this.f.times(turns % block, body);
  }

  /** Moves the results' pointers to the first unit, of so many results each. */
  protected skipResults(each: number): void {
    const strides = this.results.map(() => each);
    advanceBy(this.f, this.results, { size: 0, strides }, this.call.from);
  }
}
