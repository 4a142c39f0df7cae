import { ValueError } from '../core/errors';
import { showShape } from '../core/shape';
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
  const isIterable = typeof source === 'object' && source !== null && (Symbol.iterator in source || Symbol.asyncIterator in source); // prettier-ignore
  if (isIterable && !ArrayBuffer.isView(source)) return source as Batches; // a typed array gives numbers
  throw new ValueError(
    `${where}: the data must be a DataLoader, batches to iterate, a dataset, or [inputs, targets], not ${isTensor(source) ? 'one tensor' : show(source)}`,
  );
}

function isPair(source: unknown): source is readonly [Tensor, Tensor] {
  return Array.isArray(source) && source.length === 2 && source.every(isTensor);
}

/**
 * A list of two tensors is a pair of inputs and targets to `fit`; where targets are left aside it may be two batches as well.
 * @throws ValueError where it could be both: half of the data would be left out
 */
export function inputsOf(where: string, source: DataSource): DataSource {
  if (!isPair(source)) return source;
  const [a, b] = source;
  const isAlike =
    a.dtype === b.dtype && a.shape.length > 0 && showShape(a.shape.slice(1)) === showShape(b.shape.slice(1));
  if (!isAlike || b.shape.length === 0) return source;
  if (a.shape[0] !== b.shape[0]) return [[a], [b]] as unknown as DataSource;
  throw new ValueError(
    `${where}: two tensors of one shape, ${showShape(a.shape)}, may be two batches, or inputs and targets; give the inputs ` +
      'as one tensor, such as concatenate([a, b], 0)',
  );
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
