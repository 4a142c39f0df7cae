import { IndexError } from '../core/errors';

/** An epoch, as datasets and samplers are told of it: its number from 0 on, and the words that decide all that is random. */
export interface EpochDraw {
  readonly epoch: number;
  /** For `randomNumbers`. */
  readonly key: readonly number[];
}

/** What a dataset takes where nobody tells of an epoch. */
export const firstEpoch: EpochDraw = { epoch: 0, key: [] };

/** Samples by position. */
export interface Dataset<T = unknown> {
  readonly length: number;
  get(index: number, draw?: EpochDraw): T;
  /** Several samples as one batch, where that is quicker than collating single ones. */
  batch?(indices: ArrayLike<number>, draw?: EpochDraw): T;
}

/** Whether these are samples by position: `length` and `get(index)`. */
export function isDataset<T>(x: unknown): x is Dataset<T> {
  return typeof x === 'object' && x !== null && 'length' in x && typeof (x as Partial<Dataset>).get === 'function';
}

/** @throws IndexError unless there is a sample of this index */
export function checkIndex(where: string, index: number, length: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= length)
    throw new IndexError(`${where}: there is no sample ${String(index)}; allowed are 0 to ${length - 1}`);
}
