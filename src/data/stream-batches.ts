import type { Pass } from './loader-position';

/** Gathers samples that come one after the other into batches, and leaves out those that were given before. */
export class StreamBatches<T> {
  #samples: T[] = [];
  #seen = 0;
  readonly #given: number;

  constructor(
    private readonly pass: Pass,
    private readonly batchSize: number,
    private readonly dropLast: boolean,
    private readonly join: (samples: T[], indices: readonly number[]) => T,
  ) {
    this.#given = pass.batches * batchSize;
  }

  /** The batch that a sample completes, if it does. */
  *add(sample: T): Generator<T> {
    if (++this.#seen <= this.#given) return;
    this.#samples.push(sample);
    if (this.#samples.length === this.batchSize) yield this.taken();
  }

  /** The batch that is not full, if there is one and it is wanted. */
  *rest(): Generator<T> {
    if (this.#samples.length > 0 && !this.dropLast) yield this.taken();
  }

  private taken(): T {
    const samples = this.#samples;
    this.#samples = [];
    const first = this.#seen - samples.length;
    const batch = this.join(
      samples,
      Array.from(samples, (_, i) => first + i),
    );
    this.pass.batches++;
    return batch;
  }
}
