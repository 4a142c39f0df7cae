import { product } from '../../core/shape';
import { approximate } from '../../expr/approximation';
import { topological } from '../../expr/expr';
import type { Axis } from '../../kernels/axes';
import { foldOrder, type FoldOrder } from '../../kernels/fold-order';
import { walked } from '../../kernels/loops';
import type { LoopKernel } from '../../kernels/kernels';
import { accumulators, type Accumulator } from './accumulator';
import type { FunctionBuilder } from './function-builder';
import { advanceBy, inSteps, loadLanes, storeLanes, type Call } from './loops';
import { VectorPrinter } from './vector-expression';

/** How many turns are summed before they are added to a second sum: sums of many small numbers stay exact longer. */
const block = 64;

/** So many neighbouring results are a unit where there are no further axes. */
export const unit = 16;

export const resultsIn = (axes: readonly Axis[]): number => product(axes.map(({ size }) => size));

export const axesOf = (kernel: LoopKernel): FoldOrder => foldOrder(kernel.dims, kernel.over, walked(kernel));

/** The accumulators of all folds, for one vector of elements. */
export type Sums = readonly Accumulator[];

/**
 * A loop with folds. Subclasses say how its elements are gone through, whichever way they lie in memory; what is added to what
 * is the same for all with the same `lanes`.
 */
export abstract class Reduction {
  protected readonly f: FunctionBuilder;
  readonly #inputs: number[];
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
    this.#inputs = inputs.map(() => f.local('v128'));
    this.position = f.local('i32');
    this.asksPlace = folds.some(({ fold }) => fold.startsWith('arg'));
    this.results = call.pointers.slice(0, folds.length);
    this.pointers = call.pointers.slice(folds.length);
    const exprs = [...folds, ...stores].map(({ expr }) => approximate(expr));
    if (topological(exprs).some((e) => e.op === 'index'))
      throw new Error('positions inside a reduction are not printed');
    this.#printer = new VectorPrinter(f, exprs);
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

  /** Takes the elements at the pointers into the accumulators and stores; `count` of the four lanes count. */
  protected take(into: readonly Pick<Accumulator, 'at' | 'take'>[], axis: Axis, count: number, places?: number): void {
    const { f } = this;
    const stores = this.kernel.stores.length;
    this.#inputs.forEach((local, k) => loadLanes(f, local, this.pointers[stores + k], inSteps(axis.strides[stores + k]), count)); // prettier-ignore
    this.#printer.print({ inputs: this.#inputs }, (root) => {
      const value = f.local('v128');
      f.set(value);
      if (root < into.length) {
        if (places !== undefined) into[root].at(places);
        into[root].take(value, count);
      } else {
        const k = root - into.length;
        storeLanes(f, value, this.pointers[k], axis.size === 1 ? 1 : axis.strides[k], count);
      }
    });
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
