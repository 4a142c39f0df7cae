import type { ReduceKernel } from '../../kernels/kernels';
import { accumulators, type Accumulator } from './accumulator';
import { FunctionBuilder } from './function-builder';
import { advance, jointAxes, loadLanes, single, walk, type Axis } from './loops';
import { positionsFrom, printable, usesIndex, VectorPrinter } from './vector-expression';

/**
 * out[i] = fold over j of expr(inputs at (i, j)). Either the four lanes of a vector walk along the elements that are folded,
 * to be joined in the end, or they are four neighbouring results, whichever way the inputs lie in memory.
 */
export function reduceFunction(kernel: ReduceKernel): FunctionBuilder {
  const { dims, over, inputs } = kernel;
  const expr = printable(kernel.expr);
  if (usesIndex(expr)) throw new Error('positions inside a reduction are not printed');
  const strides = inputs.map((view) => view.strides);
  const outer = jointAxes(dims, strides.map((s) => s.slice(0, dims.length))); // prettier-ignore
  const folded = jointAxes(over, strides.map((s) => s.slice(dims.length))); // prettier-ignore
  if (folded.length === 0) folded.push(single(inputs.length));
  const f = new FunctionBuilder(['i32', ...inputs.map(() => 'i32' as const)]);
  const reduction = new Reduction(f, kernel, new VectorPrinter(f, expr));
  if (alongResults(outer.at(-1), folded.at(-1)!)) reduction.acrossResults(outer, folded);
  else reduction.withinResult(outer, folded);
  return f;
}

const awkward = ({ strides }: Axis): number => strides.filter((s) => s !== 0 && s !== 1).length;

/** Whether neighbouring results should share a vector. */
function alongResults(result: Axis | undefined, folded: Axis): boolean {
  if (result === undefined || result.size < 4) return false;
  const difference = awkward(result) - awkward(folded);
  return difference < 0 || (difference === 0 && folded.size < 16);
}

/** How many turns are summed before they are added to a second sum: sums of many small numbers stay exact longer. */
const block = 64;

class Reduction {
  readonly #inputs: number[];
  readonly #pointers: number[];
  readonly #position: number;

  constructor(
    private readonly f: FunctionBuilder,
    private readonly kernel: ReduceKernel,
    private readonly printer: VectorPrinter,
  ) {
    this.#inputs = kernel.inputs.map(() => f.local('v128'));
    this.#pointers = kernel.inputs.map((_, k) => k + 1);
    this.#position = f.local('i32');
    printer.hoist();
  }

  #make(): Accumulator {
    return accumulators[this.kernel.fold](this.f, this.kernel.expr.type === 'int32' ? 'int32' : 'float32');
  }

  /** Adds the elements at the pointers to an accumulator; `count` of the four lanes count. */
  #take(into: Accumulator, axis: Axis, count: number): void {
    const { f } = this;
    this.#inputs.forEach((local, k) => loadLanes(f, local, this.#pointers[k], axis.strides[k], count));
    this.printer.print({ inputs: this.#inputs });
    const value = f.local('v128');
    f.set(value);
    into.take(value, count);
  }

  /** Lanes along the folded elements. */
  withinResult(outer: readonly Axis[], folded: readonly Axis[]): void {
    const { f } = this;
    const [inner, rest] = [folded.at(-1)!, folded.slice(0, -1)];
    const sums = Array.from({ length: this.kernel.fold.startsWith('arg') || inner.size < 32 ? 1 : 4 }, () =>
      this.#make(),
    );
    walk(f, outer, this.#pointers, () => {
      sums.forEach((sum) => sum.begin());
      f.i32(0).set(this.#position);
      walk(f, rest, this.#pointers, () => this.#row(sums, inner));
      sums.slice(1).forEach((sum) => sums[0].join(sum));
      sums[0].storeJoined(0);
      f.increase(0, 4);
    });
  }

  #row(sums: readonly Accumulator[], axis: Axis): void {
    const { f } = this;
    const turns = Math.floor(axis.size / (4 * sums.length));
    this.#inBlocks(sums, turns, () => sums.forEach((sum) => this.#step(sum, axis, 4)));
    f.times(Math.floor(axis.size / 4) - turns * sums.length, () => this.#step(sums[0], axis, 4));
    if (axis.size % 4 > 0) this.#step(sums[0], axis, axis.size % 4);
    sums.forEach((sum) => sum.flush());
    advance(f, this.#pointers, axis, -axis.size);
  }

  #step(sum: Accumulator, axis: Axis, count: number): void {
    if (this.kernel.fold.startsWith('arg')) sum.at(positionsFrom(this.f, this.#position));
    this.#take(sum, axis, count);
    advance(this.f, this.#pointers, axis, count);
    this.f.increase(this.#position, count);
  }

  /** Repeats the body, flushing the accumulators every so often. */
  #inBlocks(sums: readonly Accumulator[], turns: number, body: () => void): void {
    this.f.times(Math.floor(turns / block), () => {
      this.f.times(block, body);
      sums.forEach((sum) => sum.flush());
    });
    this.f.times(turns % block, body);
  }

  /** Lanes along the results. */
  acrossResults(outer: readonly Axis[], folded: readonly Axis[]): void {
    const { f } = this;
    const [inner, rest] = [outer.at(-1)!, outer.slice(0, -1)];
    const wide = Math.floor(inner.size / 16);
    walk(f, rest, this.#pointers, () => {
      f.times(wide, () => this.#results(4, 4, inner, folded));
      f.times(Math.floor((inner.size % 16) / 4), () => this.#results(1, 4, inner, folded));
      if (inner.size % 4 > 0) this.#results(1, inner.size % 4, inner, folded);
      advance(f, this.#pointers, inner, -inner.size);
    });
  }

  /** `vectors` times four neighbouring results, or `count` of the last four. */
  #results(vectors: number, count: number, result: Axis, folded: readonly Axis[]): void {
    const { f } = this;
    const sums = Array.from({ length: vectors }, () => this.#make());
    sums.forEach((sum) => sum.begin());
    f.i32(0).set(this.#position);
    const [inner, rest] = [folded.at(-1)!, folded.slice(0, -1)];
    walk(f, rest, this.#pointers, () => {
      this.#inBlocks(sums, inner.size, () => this.#column(sums, count, result, inner));
      sums.forEach((sum) => sum.flush());
      advance(f, this.#pointers, inner, -inner.size);
    });
    sums.forEach((sum, v) => sum.storeLanes(0, 16 * v, count));
    f.increase(0, 4 * (vectors === 1 ? count : 4 * vectors));
    advance(f, this.#pointers, result, vectors === 1 ? count : 4 * vectors);
  }

  #column(sums: readonly Accumulator[], count: number, result: Axis, folded: Axis): void {
    const { f } = this;
    sums.forEach((sum, v) => {
      if (this.kernel.fold.startsWith('arg')) {
        const positions = f.local('v128');
        f.get(this.#position).op('i32x4.splat').set(positions);
        sum.at(positions);
      }
      advance(f, this.#pointers, result, v === 0 ? 0 : 4);
      this.#take(sum, result, count);
    });
    advance(f, this.#pointers, result, -4 * (sums.length - 1));
    advance(f, this.#pointers, folded, 1);
    f.increase(this.#position, 1);
  }
}
