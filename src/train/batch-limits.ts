import { ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { show } from '../module/shape-declaration';
import type { Batches } from './loop';
import { batchCount } from './source';

/** A number of batches, or below 1 a share of them. */
export type BatchLimit = number;
/** One for both kinds of data, or one for each. */
export type BatchLimits = BatchLimit | { readonly train?: BatchLimit; readonly validation?: BatchLimit };

export function checkLimits(where: string, limits: BatchLimits | undefined): void {
  if (limits === undefined) return;
  if (typeof limits !== 'object') return checkLimit(`${where}: limitBatches`, limits);
  checkOptions(`${where}: limitBatches`, limits, ['train', 'validation']);
  for (const [name, limit] of Object.entries(limits))
    if (limit !== undefined) checkLimit(`${where}: limitBatches.${name}`, limit);
}

function checkLimit(what: string, limit: unknown): void {
  if (typeof limit === 'number' && (Number.isInteger(limit) ? limit >= 1 : limit > 0 && limit < 1)) return;
  throw new ValueError(
    `${what} must be a whole number of batches, at least 1, or a share of them between 0 and 1, not ${show(limit)}`,
  );
}

/**
 * The most batches that a pass takes.
 * @throws ValueError for a share of what does not tell how much it is, or a share that is no batch
 */
export function limitOf(what: string, limit: BatchLimit | undefined, batches: Batches): number | undefined {
  if (limit === undefined || limit >= 1) return limit;
  const count = batchCount(batches);
  if (count === undefined)
    throw new ValueError(
      `${what} is a share, ${limit}, and the data does not tell how many batches it has; give a number of batches`,
    );
  const most = Math.floor(limit * count);
  if (most === 0) throw new ValueError(`${what}: ${limit} of ${count} batches is none; give a number of batches`);
  return most;
}
