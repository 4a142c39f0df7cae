import { ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { countOf, flagOf } from '../module/option-checks';
import { show } from '../module/shape-declaration';
import { checkSeed } from './check-seed';
import { isDataset, type Dataset } from './dataset';
import { type IterableDataset, type Samples } from './iterable-dataset';
import { BatchSampler, type BatchedSampler } from './samplers/batch-sampler';
import type { WorkersOptions } from './workers/worker-options';
import { RandomSampler, SequentialSampler, type Sampler } from './samplers/sampler';

export interface DataLoaderOptions<T = unknown> {
  /** Default 1. */
  readonly batchSize?: number;
  /** A new order every epoch. Default false. */
  readonly shuffle?: boolean;
  /** Decides orders and transforms by itself; without it the global random stream does. */
  readonly seed?: number;
  /** Leaves out a last batch that is not full. Default false. */
  readonly dropLast?: boolean;
  /** The order of samples, in place of `shuffle`. */
  readonly sampler?: Sampler;
  /** The batches, in place of `batchSize`, `shuffle`, `sampler` and `dropLast`. */
  readonly batchSampler?: BatchedSampler;
  /** Joins samples to a batch. Default: tensors and numbers are stacked, place by place. */
  readonly collate?: (samples: T[], indices?: ArrayLike<number>) => T;
  /**
   * Threads that read samples ahead, in Node; batches come in the same order and are the same bits. Each makes the dataset
   * anew, at the start of every epoch, from a module that exports it. The loop must be `for await`, as the Trainer's is. What
   * a transform draws from the global random stream, rather than from the draw it is given, is not the same in a thread.
   */
  readonly workers?: WorkersOptions;
}

/** What a loader reads: samples by position, or one after the other. */
export type LoaderSource<T> = Dataset<T> | Samples<T> | IterableDataset<T>;

const names = ['batchSize', 'shuffle', 'seed', 'dropLast', 'sampler', 'batchSampler', 'collate', 'workers'];

/** @throws ValueError saying which argument of `new DataLoader(source, options)` cannot be, and what can */
export function checkLoader<T>(source: LoaderSource<T>, options: DataLoaderOptions<T>): void {
  checkOptions('DataLoader', options, names);
  countOf('DataLoader', 'batchSize', options.batchSize ?? 1);
  flagOf('DataLoader', 'shuffle', options.shuffle ?? false);
  flagOf('DataLoader', 'dropLast', options.dropLast ?? false);
  checkSeed('DataLoader', options.seed);
  if (options.collate !== undefined && typeof options.collate !== 'function')
    throw new ValueError(`DataLoader: collate must be a function of samples, not ${show(options.collate)}`);
  checkSamplers(options);
  if (isDataset(source)) return checkDataset(source.length, options);
  checkStream(source, options);
}

function checkSamplers({ sampler, batchSampler, ...others }: DataLoaderOptions<any>): void {
  const given = (keys: readonly string[]): string | undefined => keys.find((key) => (others as Record<string, unknown>)[key] !== undefined); // prettier-ignore
  const clash = batchSampler ? (sampler ? 'sampler' : given(['batchSize', 'shuffle', 'dropLast'])) : undefined;
  if (clash !== undefined)
    throw new ValueError(`DataLoader: batchSampler decides the batches, so ${clash} has no effect; leave it out`);
  if (batchSampler !== undefined && typeof (batchSampler as Partial<BatchedSampler> | null)?.batches !== 'function')
    throw new ValueError(`DataLoader: batchSampler must have batches(draw), such as new BatchSampler(...), not ${show(batchSampler)}`); // prettier-ignore
  if (sampler === undefined) return;
  if (others.shuffle)
    throw new ValueError('DataLoader: sampler decides the order, so shuffle has no effect; leave it out');
  if (typeof (sampler as Partial<Sampler> | null)?.indices !== 'function')
    throw new ValueError(`DataLoader: sampler must have indices(draw), such as new RandomSampler(dataset), not ${show(sampler)}`); // prettier-ignore
}

function checkDataset(
  length: number,
  { batchSize = 1, dropLast, sampler, batchSampler }: DataLoaderOptions<any>,
): void {
  if (length === 0) throw new ValueError('DataLoader: the dataset is empty; give at least one sample');
  const population = (sampler ?? batchSampler)?.population;
  if (population !== undefined && population !== length)
    throw new ValueError(
      `DataLoader: the sampler was made for ${population} samples, the dataset has ${length}; give it one weight, label or length for each`,
    );
  const count = sampler ? sampler.length : length;
  if (count !== undefined && dropLast && count < batchSize)
    throw new ValueError(
      `DataLoader: dropLast leaves nothing of ${count} samples at batchSize ${batchSize}; make batchSize smaller`,
    );
}

function checkStream(source: unknown, { shuffle, sampler, batchSampler, workers }: DataLoaderOptions<any>): void {
  const isStream = typeof source === 'object' && source !== null && (Symbol.iterator in source || Symbol.asyncIterator in source); // prettier-ignore
  if (!isStream)
    throw new ValueError(
      `DataLoader: the data must be a dataset with length and get(index), or samples to iterate, not ${show(source)}`,
    );
  if (workers)
    throw new ValueError('DataLoader: workers read samples by position; give a dataset with length and get(index)');
  if (shuffle || sampler || batchSampler)
    throw new ValueError(
      `DataLoader: a stream of samples has no order to ${shuffle ? 'shuffle' : 'sample'}; give a dataset with length and get(index), ` +
        `or ${shuffle ? 'shuffle: false' : 'leave the sampler out'}`,
    );
}

/** The batches that the options ask for. */
export function batching(dataset: Dataset<any>, options: DataLoaderOptions<any>): BatchedSampler {
  const { batchSampler, sampler, shuffle, batchSize = 1, dropLast } = options;
  if (batchSampler) return batchSampler;
  const order = sampler ?? (shuffle ? new RandomSampler(dataset) : new SequentialSampler(dataset));
  return new BatchSampler(order, { batchSize, dropLast });
}
