import { ValueError } from '../../core/errors';
import { checkOptions } from '../../core/options';
import { countOf, flagOf } from '../../module/option-checks';
import { show } from '../../module/shape-declaration';
import type { EpochDraw } from '../dataset';
import type { Sampler } from './sampler';

/** The batches of an epoch. Write your own for batches that none here makes. */
export interface BatchedSampler {
  /** How many batches an epoch has; left out where that is not known beforehand. */
  readonly length?: number | undefined;
  /** For how many samples it was made; a dataset of another length is refused. */
  readonly population?: number | undefined;
  /** The indices of each batch of one epoch: the same for the same draw. */
  batches(draw: EpochDraw): Iterable<ArrayLike<number>>;
}

export interface BatchSamplerOptions {
  readonly batchSize: number;
  /** Leaves out a last batch that is not full. Default false. */
  readonly dropLast?: boolean;
}

/**
 * The indices of a sampler in batches.
 *
 * Source: torch.utils.data.BatchSampler
 * @throws ValueError for what is no sampler, a batch size that is no whole number of at least 1, unknown options
 * @example new BatchSampler(new SequentialSampler(dataset), { batchSize: 3, dropLast: true });
 */
export class BatchSampler implements BatchedSampler {
  readonly #size: number;
  readonly #dropLast: boolean;

  constructor(
    private readonly sampler: Sampler,
    options: BatchSamplerOptions,
  ) {
    if (typeof (sampler as Partial<Sampler> | null)?.indices !== 'function')
      throw new ValueError(`BatchSampler: a sampler has indices(draw), such as new RandomSampler(dataset), not ${show(sampler)}`); // prettier-ignore
    checkOptions('BatchSampler', options, ['batchSize', 'dropLast']);
    this.#size = countOf('BatchSampler', 'batchSize', options.batchSize);
    this.#dropLast = flagOf('BatchSampler', 'dropLast', options.dropLast ?? false);
  }

  get population(): number | undefined {
    return this.sampler.population;
  }
  get length(): number | undefined {
    const { length } = this.sampler;
    if (length === undefined) return undefined;
    return this.#dropLast ? Math.floor(length / this.#size) : Math.ceil(length / this.#size);
  }
  *batches(draw: EpochDraw): Generator<readonly number[]> {
    let batch: number[] = [];
    for (const index of this.sampler.indices(draw)) {
      batch.push(index);
      if (batch.length < this.#size) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0 && !this.#dropLast) yield batch;
  }
}
