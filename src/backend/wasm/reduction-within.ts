import type { Axis } from '../../kernels/axes';
import type { Simple } from './accumulator';
import { advance, ownScratch, walk, walkRange } from './loops';
import { Reduction, resultsIn, type Sums } from './reduction';
import { positionsFrom } from './vector-expression';

/** The four lanes of a vector walk along the elements that are folded, to be joined in the end. */
export class WithinResult extends Reduction {
  protected body(): void {
    const { f } = this;
    const [inner, rest] = [this.folded.at(-1)!, this.folded.slice(0, -1)];
    const sums = Array.from({ length: this.asksPlace || inner.size < 32 ? 1 : 4 }, () => this.make());
    const result = (): void => {
      sums.flat().forEach((sum) => sum.begin());
      f.i32(0).set(this.position);
      walk(f, rest, this.pointers, () => this.#row(sums, inner));
      if (sums.length > 1 && this.atATime(inner) > 1) this.#sideBySide(sums);
      sums[0].forEach((sum, k) => {
        sums.slice(1).forEach((other) => sum.join(other[k]));
        sum.storeJoined(this.results[k]);
        f.increase(this.results[k], 4);
      });
    };
    if (this.outer.length === 0) return result();
    this.skipResults(resultsIn(this.outer.slice(1)));
    walkRange(this.call, this.outer, this.pointers, result);
  }

  #row(sums: readonly Sums[], axis: Axis): void {
    const { f } = this;
    const turns = Math.floor(axis.size / (4 * sums.length));
    const flush = (): void => sums.flat().forEach((sum) => sum.flush());
    this.inBlocks(turns, () => this.#steps(sums, axis), flush);
    f.times(Math.floor(axis.size / 4) - turns * sums.length, () => this.#step(sums[0], axis, 4));
    if (axis.size % 4 > 0) this.#step(sums[0], axis, axis.size % 4);
    flush();
    advance(f, this.pointers, axis, -axis.size);
  }

  #steps(sums: readonly Sums[], axis: Axis): void {
    if (sums.length === 1) return this.#step(sums[0], axis, 4);
    this.takeEach(sums, axis);
    advance(this.f, this.pointers, axis, 4 * sums.length);
  }
  #step(sums: Sums, axis: Axis, count: number): void {
    this.take([sums], axis, count, this.asksPlace ? positionsFrom(this.f, this.position) : undefined);
    advance(this.f, this.pointers, axis, count);
    this.f.increase(this.position, count);
  }

  /** Puts the sums through memory, where they lie side by side: what V8 joins ends in stores. */
  #sideBySide(sums: readonly Sums[]): void {
    const start = ownScratch(this.call);
    for (const way of ['put', 'fetch'] as const)
      sums[0].forEach((_, k) => sums.forEach((sum, v) => (sum[k] as Simple)[way](start, 16 * (k * sums.length + v))));
  }
}
