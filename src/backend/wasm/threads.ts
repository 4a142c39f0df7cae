import { ValueError } from '../../core/errors';
import { sayOnce } from '../../core/say-once';
import { threadHost } from './thread-host';

let count: number | undefined;

/** How many threads a job may have: those of `setThreads`, else one per core; 1 where threads cannot be started. */
export function threadCount(): number {
  if (count === undefined) {
    const host = threadHost();
    count = host ? Math.min(16, host.cores) : onlyOne();
  }
  return count;
}

/**
 * How many threads the CPU engine uses, this one included. The default is the number of cores. Results are the same bits
 * for every number. Where threads cannot be started (a browser without cross-origin isolation), there is one.
 * @throws ValueError unless n is a whole number of at least 1
 * @example setThreads(1);
 */
export function setThreads(n: number): void {
  if (!Number.isInteger(n) || n < 1)
    throw new ValueError(`setThreads: needs a whole number of at least 1, not ${String(n)}`);
  count = n === 1 || threadHost() ? Math.min(n, 64) : onlyOne();
}

function onlyOne(): number {
  sayOnce('the CPU engine runs on one thread: threads need SharedArrayBuffer (a page must be cross-origin isolated) and workers'); // prettier-ignore
  return 1;
}
