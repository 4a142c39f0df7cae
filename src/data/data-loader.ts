import { IndexError, ValueError } from '../core/errors';
import { randomState } from '../core/random';
import { collate } from './collate';
import { isDataset, type Dataset } from './dataset';
import { IterableDataset, isAsync, type Samples } from './iterable-dataset';
import { batching, checkLoader, type DataLoaderOptions, type LoaderSource } from './loader-options';
import { checkState, LoaderPosition, type DataLoaderState, type Pass } from './loader-position';
import { globalKey, seedKey } from './random-numbers';
import { StreamBatches } from './stream-batches';
import { workerBatches } from './workers/worker-batches';
import { workersPlan, type WorkersPlan } from './workers/worker-options';

/**
 * Batches of a dataset, or of any samples to iterate, asynchronous ones too. Each `for` over it is one epoch; samples that
 * arrive asynchronously want `for await`.
 *
 * Orders depend on the seed and the epoch alone. `stateDict()` tells where it stands, in the middle of an epoch too, and a
 * loader that is made alike and given it goes on from there.
 *
 * Source: torch.utils.data.DataLoader
 * @throws ValueError for an empty dataset, a batch size that is no positive whole number, a stream that is to be shuffled,
 *   samplers that clash with other options or were made for another number of samples
 * @throws IndexError while iterating, where a sampler gives an index that the dataset does not have
 * @example for (const [x, y] of new DataLoader(dataset, { batchSize: 32, shuffle: true, seed: 1 })) train(x, y);
 */
export class DataLoader<T = unknown> implements Iterable<T>, AsyncIterable<T> {
  readonly #position = new LoaderPosition();
  readonly #workers?: WorkersPlan;
  #seed: number | undefined;

  constructor(
    readonly dataset: LoaderSource<T>,
    readonly options: DataLoaderOptions<T> = {},
  ) {
    checkLoader(dataset, options);
    this.#seed = options.seed;
    if (options.workers !== undefined) this.#workers = workersPlan(options.workers);
  }

  get batchSize(): number {
    return this.options.batchSize ?? 1;
  }
  /** Samples the dataset has; undefined for a stream. */
  get sampleCount(): number | undefined {
    return isDataset(this.dataset) ? this.dataset.length : undefined;
  }
  /** Batches an epoch has; undefined for a stream, or where a sampler does not tell. */
  get length(): number | undefined {
    return isDataset(this.dataset) ? batching(this.dataset, this.options).length : undefined;
  }

  /**
   * Where this loader stands: the epoch, how many of its batches were given, and what decides its order. Without a seed the
   * epochs to come follow the global random stream: keep `randomState()` beside it.
   * @example JSON.stringify(loader.stateDict());
   */
  stateDict(): DataLoaderState {
    return { ...this.#position.state(), seed: this.#seed ?? null, ...this.identity() };
  }

  /**
   * Goes on from where another loader stood: the next `for` gives the rest of its epoch, which is nothing after the last
   * batch, and then whole epochs follow. A stream is read from its start, and the batches that were given are left out.
   * @throws StateError for what is no state, or that of a loader with another number of samples or another batch size
   * @example new DataLoader(dataset, { batchSize: 32, shuffle: true }).loadStateDict(saved);
   */
  loadStateDict(state: DataLoaderState): void {
    checkState(state, this.identity());
    this.#seed = state.seed ?? undefined;
    this.#position.restore(state);
  }

  /** An epoch that a loop has left is over, and the place is the begin of the next; the next `for` would see to it too. */
  settle(): void {
    this.#position.settle();
  }

  private identity(): Pick<DataLoaderState, 'samples' | 'batchSize'> {
    return { samples: this.sampleCount ?? null, batchSize: this.options.batchSampler ? null : this.batchSize };
  }

  *[Symbol.iterator](): Generator<T, void, undefined> {
    if (this.#workers)
      throw new ValueError('DataLoader: workers read while others wait; write for await (const batch of loader)');
    const pass = this.begin();
    if (isDataset<T>(this.dataset)) yield* this.indexed(this.dataset, pass);
    else yield* this.streamed(pass);
    this.#position.finish(pass);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    const pass = this.begin();
    if (!isDataset<T>(this.dataset)) yield* this.arriving(pass);
    else if (this.#workers) yield* this.readAhead(this.dataset, pass, this.#workers);
    else yield* this.indexed(this.dataset, pass);
    this.#position.finish(pass);
  }

  private begin(): Pass {
    return this.#position.begin((epoch) => {
      if (this.#seed !== undefined) return [...seedKey(this.#seed), epoch];
      const { shuffle, sampler, batchSampler } = this.options;
      // Only an order takes a draw of the global stream: what follows it is the same with and without an epoch in order.
      return shuffle || sampler || batchSampler ? globalKey() : [...seedKey(randomState().seed), epoch];
    });
  }

  private *indexed(dataset: Dataset<T>, pass: Pass): Generator<T> {
    for (const indices of this.pending(dataset, pass)) {
      const batch = this.take(dataset, indices, pass);
      pass.batches++;
      yield batch;
    }
  }

  /** The indices of each batch that was not given yet. */
  private *pending(dataset: Dataset<T>, { epoch, key, batches }: Pass): Generator<ArrayLike<number>> {
    const { length } = dataset;
    let number = 0;
    for (const indices of batching(dataset, this.options).batches({ epoch, key })) {
      if (number++ < batches) continue;
      checkBatch(indices, length, dataset.length);
      yield indices;
    }
  }

  private async *readAhead(dataset: Dataset<T>, pass: Pass, plan: WorkersPlan): AsyncGenerator<T> {
    const { epoch, key } = pass;
    const order = {
      length: dataset.length,
      batches: this.pending(dataset, pass),
      draw: { epoch, key },
      whole: !this.options.collate,
      join: (samples: T[], indices: ArrayLike<number>) => this.join(samples, indices),
    };
    for await (const batch of workerBatches(plan, order)) {
      pass.batches++;
      yield batch;
    }
  }

  private take(dataset: Dataset<T>, indices: ArrayLike<number>, pass: Pass): T {
    if (dataset.batch && !this.options.collate) return dataset.batch(indices, pass);
    return this.join(
      Array.from(indices, (index) => dataset.get(index, pass)),
      indices,
    );
  }

  private join(samples: T[], indices: ArrayLike<number>): T {
    return (this.options.collate ?? (collate as (samples: T[], indices: ArrayLike<number>) => T))(samples, indices);
  }

  private *streamed(pass: Pass): Generator<T> {
    const samples = this.samples(pass);
    if (isAsync(samples) && !(Symbol.iterator in samples))
      throw new ValueError('DataLoader: the samples arrive asynchronously; write for await (const batch of loader)');
    const batches = this.batches(pass);
    for (const sample of samples as Iterable<T>) yield* batches.add(sample);
    yield* batches.rest();
  }

  private async *arriving(pass: Pass): AsyncGenerator<T> {
    const batches = this.batches(pass);
    for await (const sample of this.samples(pass)) yield* batches.add(sample);
    yield* batches.rest();
  }

  private samples(pass: Pass): Samples<T> {
    const source = this.dataset as Samples<T> | IterableDataset<T>;
    return source instanceof IterableDataset ? source.iterate(pass) : source;
  }
  private batches(pass: Pass): StreamBatches<T> {
    const { dropLast = false } = this.options;
    return new StreamBatches(pass, this.batchSize, dropLast, (samples, indices) => this.join(samples, indices));
  }
}

function checkBatch(indices: ArrayLike<number>, length: number, lengthNow: number): void {
  if (lengthNow < length)
    throw new ValueError(
      `DataLoader: the dataset had ${length} samples when the epoch began and has ${lengthNow} now; let it be until the epoch's end`,
    );
  if (indices.length === 0) throw new ValueError('DataLoader: the batch sampler gave a batch without samples');
  for (let i = 0; i < indices.length; i++)
    if (!(Number.isInteger(indices[i]) && indices[i] >= 0 && indices[i] < length))
      throw new IndexError(
        `DataLoader: the sampler gave index ${String(indices[i])}; the dataset has samples 0 to ${length - 1}`,
      );
}
