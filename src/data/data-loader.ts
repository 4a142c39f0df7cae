import { ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { nextKey } from '../core/random';
import { collate } from './collate';
import type { Dataset } from './dataset';
import { permutation } from './shuffle';

export interface DataLoaderOptions<T = unknown> {
  /** Default 1. */
  readonly batchSize?: number;
  /** A new order every epoch. Default false. */
  readonly shuffle?: boolean;
  /** Decides the orders by itself; without it the global random stream does. */
  readonly seed?: number;
  /** Leaves out a last batch that is not full. Default false. */
  readonly dropLast?: boolean;
  /** Joins samples to a batch. Default: tensors and numbers are stacked, place by place. */
  readonly collate?: (samples: T[]) => T;
}

/**
 * Batches of a dataset, or of any iterable of samples. Each `for` over it is one epoch.
 *
 * Source: torch.utils.data.DataLoader
 * @throws ValueError for an empty dataset, a batch size that is no positive whole number, a stream that is to be shuffled
 * @example for (const [x, y] of new DataLoader(dataset, { batchSize: 32, shuffle: true, seed: 1 })) train(x, y);
 */
export class DataLoader<T = unknown> implements Iterable<T> {
  readonly batchSize: number;
  #epoch = 0;

  constructor(
    readonly dataset: Dataset<T> | Iterable<T>,
    readonly options: DataLoaderOptions<T> = {},
  ) {
    checkOptions('DataLoader', options, ['batchSize', 'shuffle', 'seed', 'dropLast', 'collate']);
    const { batchSize = 1, seed } = options;
    if (!Number.isInteger(batchSize) || batchSize < 1)
      throw new ValueError(`DataLoader: batchSize must be a whole number of at least 1, not ${String(batchSize)}`);
    if (seed !== undefined && (!Number.isSafeInteger(seed) || seed < 0))
      throw new ValueError(`DataLoader: seed must be a whole number of at least 0, not ${String(seed)}`);
    this.batchSize = batchSize;
    this.checkLength(this.sampleCount);
  }

  private checkLength(length: number | undefined): void {
    const { shuffle, dropLast } = this.options;
    if (length === 0) throw new ValueError('DataLoader: the dataset is empty; give at least one sample');
    if (length === undefined && shuffle)
      throw new ValueError(
        'DataLoader: a stream of samples has no order to shuffle; give a dataset with length and get(index), or shuffle: false',
      );
    if (length !== undefined && dropLast && length < this.batchSize)
      throw new ValueError(
        `DataLoader: dropLast leaves nothing of ${length} samples at batchSize ${this.batchSize}; make batchSize smaller`,
      );
  }

  /** Samples an epoch yields at most; undefined for a stream. */
  get sampleCount(): number | undefined {
    return isDataset(this.dataset) ? this.dataset.length : undefined;
  }
  /** Batches an epoch has; undefined for a stream. */
  get length(): number | undefined {
    const count = this.sampleCount;
    if (count === undefined) return undefined;
    return this.options.dropLast ? Math.floor(count / this.batchSize) : Math.ceil(count / this.batchSize);
  }

  [Symbol.iterator](): Iterator<T> {
    return isDataset(this.dataset) ? this.indexed(this.dataset) : this.streamed(this.dataset);
  }

  private *indexed(dataset: Dataset<T>): Generator<T> {
    const order = this.order(dataset.length);
    const batches = this.length!;
    for (let i = 0; i < batches; i++)
      yield this.take(dataset, order.subarray(i * this.batchSize, (i + 1) * this.batchSize));
  }

  private take(dataset: Dataset<T>, indices: Uint32Array): T {
    if (dataset.batch && !this.options.collate) return dataset.batch(indices);
    return this.join(Array.from(indices, (index) => dataset.get(index)));
  }

  private join(samples: T[]): T {
    return (this.options.collate ?? (collate as (samples: T[]) => T))(samples);
  }

  private order(length: number): Uint32Array {
    const { shuffle, seed } = this.options;
    if (!shuffle) return Uint32Array.from({ length }, (_, i) => i);
    if (seed !== undefined) return permutation(length, [seed | 0, Math.floor(seed / 2 ** 32), this.#epoch++]);
    const key = nextKey();
    return permutation(length, [key.low, key.high, key.stream]);
  }

  private *streamed(samples: Iterable<T>): Generator<T> {
    let batch: T[] = [];
    for (const sample of samples) {
      batch.push(sample);
      if (batch.length < this.batchSize) continue;
      yield this.join(batch);
      batch = [];
    }
    if (batch.length > 0 && !this.options.dropLast) yield this.join(batch);
  }
}

/** Whether these are samples by position: `length` and `get(index)`. */
export function isDataset<T>(x: unknown): x is Dataset<T> {
  return typeof x === 'object' && x !== null && 'length' in x && typeof (x as Partial<Dataset>).get === 'function';
}
