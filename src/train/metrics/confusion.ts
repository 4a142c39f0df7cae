import type { Predictions } from './class-predictions';

/** How often each class was predicted for each; it grows with the classes that are met. */
export class Confusion {
  private size = 0;
  /** Row by row, each of an actual class. */
  private counts = new Float64Array(0);

  /** As plain data. */
  kept(): { size: number; counts: Float64Array } {
    return { size: this.size, counts: this.counts.slice() };
  }
  static revived({ size, counts }: { size: number; counts: Float64Array }): Confusion {
    return Object.assign(new Confusion(), { size, counts: counts.slice() });
  }

  get classes(): number {
    return this.size;
  }

  add({ predicted, actual, classes }: Predictions): void {
    let most = classes;
    for (let i = 0; i < actual.length; i++) most = Math.max(most, actual[i] + 1, predicted[i] + 1);
    this.grow(most);
    for (let i = 0; i < actual.length; i++) this.counts[actual[i] * this.size + predicted[i]]++;
  }
  private grow(size: number): void {
    if (size <= this.size) return;
    const counts = new Float64Array(size * size);
    for (let i = 0; i < this.size; i++) counts.set(this.row(i), i * size);
    [this.size, this.counts] = [size, counts];
  }

  /** How the samples of a class were predicted. */
  row(actual: number): Float64Array {
    return this.counts.subarray(actual * this.size, (actual + 1) * this.size);
  }
  /** Of each class: how often it was predicted rightly, predicted at all, and right. */
  totals(): { hits: number; predicted: number; actual: number }[] {
    return Array.from({ length: this.size }, (_, c) => {
      const column = Array.from({ length: this.size }, (_row, i) => this.counts[i * this.size + c]);
      return { hits: this.row(c)[c], predicted: sum(column), actual: sum(this.row(c)) };
    });
  }
}

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
