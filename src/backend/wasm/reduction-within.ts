import type { Axis } from '../../kernels/axes';
import { advance, walk, walkRange } from './loops';
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
    this.inBlocks(turns, () => sums.forEach((sum) => this.#step(sum, axis, 4)), flush);
    f.times(Math.floor(axis.size / 4) - turns * sums.length, () => this.#step(sums[0], axis, 4));
    if (axis.size % 4 > 0) this.#step(sums[0], axis, axis.size % 4);
    flush();
    advance(f, this.pointers, axis, -axis.size);
  }

  #step(sums: Sums, axis: Axis, count: number): void {
    this.take(sums, axis, count, this.asksPlace ? positionsFrom(this.f, this.position) : undefined);
    advance(this.f, this.pointers, axis, count);
    this.f.increase(this.position, count);
  }
}
