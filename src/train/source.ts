import { ValueError } from '../core/errors';
import { DataLoader, isDataset, TensorDataset, type Dataset } from '../data';
import { isTensor, type Tensor } from '../tensor';
import type { Batches } from './loop';
import type { Batch } from './step';

/** Batches, a dataset, or the two tensors of one: [inputs, targets]. */
export type DataSource = Batches | Dataset<any> | readonly [Tensor, Tensor];

export interface BatchOptions {
  readonly batchSize?: number;
  readonly shuffle?: boolean;
}

/** Batches of whatever `fit` or `evaluate` was given. */
export function batchesOf(source: DataSource, { batchSize = 32, shuffle = false }: BatchOptions): Batches {
  if (Array.isArray(source) && source.length === 2 && source.every(isTensor))
    return new DataLoader(new TensorDataset(...(source as [Tensor, Tensor])), {
      batchSize,
      shuffle,
    }) as Iterable<Batch>;
  if (isDataset<Batch>(source)) return new DataLoader<Batch>(source, { batchSize, shuffle });
  if (typeof source === 'object' && source !== null && (Symbol.iterator in source || Symbol.asyncIterator in source))
    return source as Batches;
  throw new ValueError('the data must be a DataLoader, batches to iterate, a dataset, or [inputs, targets]');
}

/** How many batches there are, where the data tells. */
export function batchCount(batches: Batches): number | undefined {
  const { length } = batches as { length?: number };
  return typeof length === 'number' ? length : undefined;
}
