import { ValueError } from '../../core/errors';
import { checkOptions } from '../../core/options';
import { countOf, flagOf } from '../../module/option-checks';
import { show } from '../../module/shape-declaration';
import type { EpochDraw } from '../dataset';
import { randomNumbers } from '../random-numbers';
import { permutation } from '../shuffle';

/** The order of an epoch's samples. Write your own for an order that none here has. */
export interface Sampler {
  /** How many indices an epoch has; left out where that is not known beforehand. */
  readonly length?: number | undefined;
  /** For how many samples it was made; a dataset of another length is refused. */
  readonly population?: number | undefined;
  /** The indices of one epoch: the same for the same draw. `randomNumbers(draw.key)` gives random numbers. */
  indices(draw: EpochDraw): Iterable<number>;
}

/** Anything that has a length: a dataset, say. */
export interface Sized {
  readonly length: number;
}

function checkSized(where: string, data: Sized): Sized {
  if (typeof (data as Partial<Sized> | null)?.length === 'number') return data;
  throw new ValueError(`${where}: give what is sampled, a dataset or anything with a length, not ${show(data)}`);
}

/**
 * First sample to last.
 *
 * Source: torch.utils.data.SequentialSampler
 * @throws ValueError for what has no length
 * @example [...new SequentialSampler(dataset).indices({ epoch: 0, key: [] })]; // [0, 1, 2, ...]
 */
export class SequentialSampler implements Sampler {
  constructor(private readonly data: Sized) {
    checkSized('SequentialSampler', data);
  }
  get length(): number {
    return this.data.length;
  }
  *indices(): Generator<number> {
    const { length } = this;
    for (let i = 0; i < length; i++) yield i;
  }
}

export interface RandomSamplerOptions {
  /** Whether a sample may come again before all have come. Default false. */
  readonly replacement?: boolean;
  /** How many samples an epoch has. Default: as many as the dataset. */
  readonly numSamples?: number;
}

/**
 * Samples at random, each with the same chance. Without replacement more samples than there are come in rounds, each a
 * new order of all.
 *
 * Source: torch.utils.data.RandomSampler
 * @throws ValueError for what has no length, numSamples that is no whole number of at least 1, unknown options; when indices
 *   are drawn from nothing
 * @example new DataLoader(dataset, { sampler: new RandomSampler(dataset, { numSamples: 1000 }), batchSize: 32, seed: 1 });
 */
export class RandomSampler implements Sampler {
  readonly #replacement: boolean;
  readonly #count?: number;

  constructor(
    private readonly data: Sized,
    options: RandomSamplerOptions = {},
  ) {
    checkSized('RandomSampler', data);
    checkOptions('RandomSampler', options, ['replacement', 'numSamples']);
    this.#replacement = flagOf('RandomSampler', 'replacement', options.replacement ?? false);
    if (options.numSamples !== undefined) this.#count = countOf('RandomSampler', 'numSamples', options.numSamples);
  }

  get length(): number {
    return this.#count ?? this.data.length;
  }
  indices(draw: EpochDraw): Iterable<number> {
    const size = this.data.length;
    if (size === 0 && this.length > 0)
      throw new ValueError('RandomSampler: there are no samples to draw from; give at least one');
    if (this.#replacement) return withReplacement(size, this.length, draw.key);
    return this.length === size ? permutation(size, draw.key) : rounds(size, this.length, draw.key);
  }
}

function* withReplacement(size: number, count: number, key: readonly number[]): Generator<number> {
  const random = randomNumbers(key);
  for (let i = 0; i < count; i++) yield Math.floor(random() * size);
}

function* rounds(size: number, count: number, key: readonly number[]): Generator<number> {
  for (let given = 0; given < count; given += size)
    yield* permutation(size, [...key, given]).subarray(0, Math.min(size, count - given));
}
