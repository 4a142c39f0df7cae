import { product } from '../../core/shape';
import type { Axis } from '../../kernels/axes';
import type { LoopKernel } from '../../kernels/kernels';
import type { Simple } from './accumulator';
import { advance, advanceBy, ownScratch, walk } from './loops';
import { scratch } from './memory';
import { AcrossResults } from './reduction-across';
import { axesOf, unit } from './reduction';
import { Waiting } from './waiting';

/** How many elements are gone through at least: fewer stay in the first level of the cache, in whichever order. */
const least = 8192;
/** Vectors of results that are done together: whole units. */
const tile = (folds: number): number => (unit / 4) * Math.min(32, Math.floor(scratch.bytes / (4 * unit) / folds));

/** Whether rows of results are wide and many enough, and what is folded can wait in memory. */
export function goesByRows(kernel: LoopKernel): boolean {
  const { outer, folded, lanes } = axesOf(kernel);
  if (lanes !== 'results' || outer[outer.length - 1].size < 2 * unit) return false;
  const elements = outer[outer.length - 1].size * product(folded.map(({ size }) => size));
  return elements * (kernel.inputs.length + kernel.stores.length) >= least && kernel.folds.every(({ fold }) => !fold.startsWith('arg')); // prettier-ignore
}

/**
 * As AcrossResults, row by row of what is folded: memory is gone through as it lies there, and what is folded so far waits in
 * memory for the next row. Column by column, rows that are pages apart cost two to four times as much.
 */
export class ByRows extends AcrossResults {
  protected override units(count: number, result: Axis): void {
    const { f } = this;
    const most = tile(this.kernel.folds.length);
    const folds = Array.from({ length: this.atATime(result) }, (_, v) =>
      this.make().map((sum, k) => new Waiting(f, sum as Simple, 16 * (most * k + v))),
    );
    const vectors = f.local('i32');
    f.countDown(count, () => {
      f.get(count).i32(unit / 4).op('i32.mul').set(vectors); // prettier-ignore
      f.get(vectors).i32(most).op('i32.gt_s').when(() => f.i32(most).set(vectors)); // prettier-ignore
      this.#tile(folds, vectors, result);
      // one is counted by the loop
      f.get(count).get(vectors).i32(unit / 4).op('i32.div_u').op('i32.sub').i32(1).op('i32.add').set(count); // prettier-ignore
    });
  }

  /** `folds` are those of each vector that is taken at a time. */
  #tile(folds: readonly (readonly Waiting[])[], vectors: number, result: Axis): void {
    const { f } = this;
    const at = f.local('i32');
    const start = ownScratch(this.call);
    const each = (body: (fold: Waiting, k: number) => void): void => {
      const left = f.local('i32');
      f.get(start).set(at).get(vectors).set(left);
      f.countDown(left, () => {
        folds[0].forEach((fold, k) => body(fold, this.results[k]));
        f.increase(at, 16);
        this.results.forEach((pointer) => f.increase(pointer, 16));
      });
      for (const pointer of this.results) f.get(pointer).get(vectors).i32(16).op('i32.mul').op('i32.sub').set(pointer); // prettier-ignore
    };
    const back = (turns: number): void => advanceBy(f, this.pointers, { size: 0, strides: result.strides.map((s) => 4 * turns * s) }, vectors); // prettier-ignore
    const flush = (): void => each((fold, pointer) => fold.flush(at, pointer));
    const [inner, rest] = [this.folded.at(-1)!, this.folded.slice(0, -1)];
    each((fold, pointer) => fold.begin(at, pointer));
    walk(f, rest, this.pointers, () => {
      this.inBlocks(inner.size, () => {
        const left = f.local('i32');
        f.get(start).set(at).get(vectors).i32(folds.length).op('i32.div_u').set(left); // units are whole
        f.countDown(left, () => {
          folds.flat().forEach((fold) => fold.resume(at));
          this.take(folds, result, 4);
          this.kernel.folds.forEach((_, k) => folds.forEach((vector) => vector[k].wait(at)));
          f.increase(at, 16 * folds.length);
          advance(f, this.pointers, result, 4 * folds.length);
        });
        back(-1);
        advance(f, this.pointers, inner, 1);
      }, flush); // prettier-ignore
      flush();
      advance(f, this.pointers, inner, -inner.size);
    });
    each((fold, pointer) => fold.end(at, pointer));
    for (const pointer of this.results) f.get(pointer).get(vectors).i32(16).op('i32.mul').op('i32.add').set(pointer); // prettier-ignore
    back(1);
  }
}
