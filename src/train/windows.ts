import type { Batches } from './loop';
import { batchCount } from './source';
import { whole, type Share } from './step';

/**
 * Batches in windows, each of which is one step of the optimizer; `share` says what the latest batch is of its window. A
 * window is read before its first batch is worked on, since shares are by samples, and the last window may be short.
 */
export class Windows implements AsyncIterable<any> {
  share: Share = whole;

  constructor(
    private readonly source: Batches,
    private readonly size: number,
    private readonly samplesOf: (batch: unknown, number: number) => number,
    private readonly limit = Infinity,
  ) {}

  get length(): number | undefined {
    return batchCount(this.source);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<any> {
    let [number, batches, samples] = [0, [] as unknown[], [] as number[]];
    for await (const batch of this.source) {
      batches.push(batch);
      samples.push(this.samplesOf(batch, ++number));
      if (batches.length < this.size && number < this.limit) continue;
      yield* this.parts(batches, samples);
      [batches, samples] = [[], []];
    }
    yield* this.parts(batches, samples);
  }

  private *parts(batches: readonly unknown[], samples: readonly number[]): Generator<unknown> {
    const total = samples.reduce((sum, count) => sum + count, 0);
    for (const [i, batch] of batches.entries()) {
      this.share = { isFirst: i === 0, isLast: i === batches.length - 1, weight: samples[i] / total };
      yield batch;
    }
  }
}
