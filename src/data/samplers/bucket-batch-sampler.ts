import { ValueError } from '../../core/errors';
import { checkOptions } from '../../core/options';
import { countOf, flagOf } from '../../module/option-checks';
import type { EpochDraw } from '../dataset';
import { permutation } from '../shuffle';
import type { BatchedSampler, BatchSamplerOptions } from './batch-sampler';

export interface BucketBatchSamplerOptions extends BatchSamplerOptions {
  /** A new order every epoch. Without it, shortest to longest. Default true. */
  readonly shuffle?: boolean;
  /** How many batches are sorted together: more make batches more alike in length, fewer more random. Default 100. */
  readonly batchesPerBucket?: number;
}

/**
 * Batches of samples of about one length, so that little of a padded batch is padding. A random order of all samples is
 * cut into buckets; each is sorted by length and cut into batches; the batches come in a random order.
 *
 * Source: BucketIterator of torchtext
 * @param lengths the length of each sample
 * @throws ValueError for no lengths or one that is no number of at least 0, numbers out of range, unknown options
 * @example
 * const batchSampler = new BucketBatchSampler(texts.map((text) => text.length), { batchSize: 32 });
 * new DataLoader(dataset, { batchSampler, collate: paddedCollate(), seed: 1 });
 */
export class BucketBatchSampler implements BatchedSampler {
  readonly length: number;
  readonly population: number;
  readonly #lengths: Float64Array;
  readonly #batchSize: number;
  readonly #bucketSize: number;
  readonly #shuffle: boolean;

  constructor(lengths: ArrayLike<number>, options: BucketBatchSamplerOptions) {
    const where = 'BucketBatchSampler';
    checkOptions(where, options, ['batchSize', 'dropLast', 'shuffle', 'batchesPerBucket']);
    this.#lengths = checkedLengths(lengths);
    this.#batchSize = countOf(where, 'batchSize', options.batchSize);
    this.#bucketSize = this.#batchSize * countOf(where, 'batchesPerBucket', options.batchesPerBucket ?? 100);
    this.#shuffle = flagOf(where, 'shuffle', options.shuffle ?? true);
    this.population = lengths.length;
    const dropLast = flagOf(where, 'dropLast', options.dropLast ?? false);
    this.length = Math[dropLast ? 'floor' : 'ceil'](lengths.length / this.#batchSize);
  }

  batches({ key }: EpochDraw): Iterable<ArrayLike<number>> {
    if (!this.#shuffle) return this.cut(this.sorted(Uint32Array.from(this.#lengths, (_, i) => i)));
    const order = permutation(this.population, key);
    for (let start = 0; start < order.length; start += this.#bucketSize)
      this.sorted(order.subarray(start, start + this.#bucketSize));
    const batches = this.cut(order);
    return Array.from(permutation(batches.length, [...key, 1]), (i) => batches[i]);
  }

  private sorted(indices: Uint32Array): Uint32Array {
    return indices.sort((a, b) => this.#lengths[a] - this.#lengths[b]);
  }
  private cut(order: Uint32Array): readonly Uint32Array[] {
    return Array.from({ length: this.length }, (_, i) =>
      order.subarray(i * this.#batchSize, (i + 1) * this.#batchSize),
    );
  }
}

function checkedLengths(lengths: ArrayLike<number>): Float64Array {
  const wrong = Array.from(lengths).findIndex((length) => !(Number.isFinite(length) && length >= 0));
  if (wrong >= 0)
    throw new ValueError(
      `BucketBatchSampler: lengths must be numbers of at least 0; lengths[${wrong}] is ${lengths[wrong]}`,
    );
  if (lengths.length === 0) throw new ValueError('BucketBatchSampler: there are no lengths; give one for each sample');
  return Float64Array.from(lengths);
}
