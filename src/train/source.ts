import { ValueError } from '../core/errors';
import { DataLoader, isDataset, TensorDataset, type Dataset } from '../data';
import { show } from '../module/shape-declaration';
import { isTensor, type Tensor } from '../tensor';
import type { Batches } from './loop';
import type { Batch } from './step';

/** Batches, a dataset, or the two tensors of one: [inputs, targets]. */
export type DataSource<B = Batch> = Iterable<B> | AsyncIterable<B> | Dataset<any> | readonly [Tensor, Tensor];

export interface BatchOptions {
  /** For data that is not in batches yet. Default 32. */
  readonly batchSize?: number;
  readonly shuffle?: boolean;
}

/** Whether the data comes in batches already, which `batchSize` and `shuffle` cannot change. */
export function isBatched(source: DataSource): boolean {
  return !isPair(source) && !isDataset(source);
}

/** Batches of whatever `fit` or `evaluate` was given. */
export function batchesOf(where: string, source: DataSource, options: BatchOptions): Batches {
  const { batchSize = 32, shuffle = false } = options;
  const dataset = isPair(source) ? new TensorDataset(...source) : source;
  if (isDataset<Batch>(dataset)) return new DataLoader<Batch>(dataset, { batchSize, shuffle });
  if (typeof source === 'object' && source !== null && (Symbol.iterator in source || Symbol.asyncIterator in source))
    return source as Batches;
  throw new ValueError(
    `${where}: the data must be a DataLoader, batches to iterate, a dataset, or [inputs, targets], not ${isTensor(source) ? 'one tensor' : show(source)}`,
  );
}

function isPair(source: unknown): source is readonly [Tensor, Tensor] {
  return Array.isArray(source) && source.length === 2 && source.every(isTensor);
}

/** How many batches there are, where the data tells. */
export function batchCount(batches: Batches): number | undefined {
  const { length } = batches as { length?: number };
  return typeof length === 'number' ? length : undefined;
}

/** Whether it can be iterated once alone, as what a generator gives. */
export function isOnce(batches: Batches): boolean {
  return typeof (batches as { next?: unknown }).next === 'function';
}
