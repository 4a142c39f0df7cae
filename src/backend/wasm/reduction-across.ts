import type { Axis } from '../../kernels/axes';
import { advance, advanceBy, walk, walkRange } from './loops';
import { Reduction, resultsIn, unit, type Sums } from './reduction';

/** The lanes of a vector are neighbouring results, each of which goes through what is folded into it. */
export class AcrossResults extends Reduction {
  protected body(): void {
    const { f, call } = this;
    const [inner, rest] = [this.outer.at(-1)!, this.outer.slice(0, -1)];
    const [wide, left] = [Math.floor(inner.size / unit), inner.size % unit];
    const remainder = (): void => {
      f.times(Math.floor(left / 4), () => this.#someResults(1, 4, inner));
      if (left % 4 > 0) this.#someResults(1, left % 4, inner);
    };
    const turns = f.local('i32');
    if (rest.length > 0) {
      this.skipResults(resultsIn(this.outer.slice(1)));
      walkRange(call, rest, this.pointers, () => {
        f.i32(wide).set(turns);
        if (wide > 0) this.units(turns, inner);
        remainder();
        advance(f, this.pointers, inner, -inner.size);
      });
      return;
    }
    this.skipResults(unit);
    advanceBy(f, this.pointers, { size: 0, strides: inner.strides.map((s) => unit * s) }, call.from);
    f.get(call.to).i32(wide).op('i32.lt_u').when(
      () => f.get(call.to).set(turns),
      () => f.i32(wide).set(turns),
    ); // prettier-ignore
    f.get(turns).get(call.from).op('i32.sub').set(turns);
    if (wide > 0) this.units(turns, inner);
    if (left > 0) f.i32(wide).get(call.to).op('i32.lt_u').when(remainder); // prettier-ignore
  }

  /** As many units of results as a local says, which counts down to 0. */
  protected units(count: number, result: Axis): void {
    this.f.countDown(count, () => this.#someResults(4, 4, result));
  }

  /** `vectors` times four neighbouring results, or `count` of the last four. */
  #someResults(vectors: number, count: number, result: Axis): void {
    const { f } = this;
    const sums = Array.from({ length: vectors }, () => this.make());
    const flush = (): void => sums.flat().forEach((sum) => sum.flush());
    sums.flat().forEach((sum) => sum.begin());
    f.i32(0).set(this.position);
    const [inner, rest] = [this.folded.at(-1)!, this.folded.slice(0, -1)];
    walk(f, rest, this.pointers, () => {
      this.inBlocks(inner.size, () => this.#column(sums, count, result, inner), flush);
      flush();
      advance(f, this.pointers, inner, -inner.size);
    });
    sums.forEach((vector, v) => vector.forEach((sum, k) => sum.storeLanes(this.results[k], 16 * v, count)));
    const done = vectors === 1 ? count : 4 * vectors;
    this.results.forEach((pointer) => f.increase(pointer, 4 * done));
    advance(f, this.pointers, result, done);
  }

  #column(sums: readonly Sums[], count: number, result: Axis, folded: Axis): void {
    const { f } = this;
    const places = this.asksPlace ? this.#samePlace() : undefined;
    if (sums.length > 1) this.takeEach(sums, result, places);
    else this.take(sums, result, count, places);
    advance(f, this.pointers, folded, 1);
    f.increase(this.position, 1);
  }

  /** The same place of the fold in all lanes. */
  #samePlace(): number {
    const places = this.f.local('v128');
    this.f.get(this.position).op('i32x4.splat').set(places);
    return places;
  }
}
