import { ValueError } from '../../core/errors';
import { sayOnce } from '../../core/say-once';

interface Process {
  getBuiltinModule?(name: 'node:worker_threads'): { Worker: unknown };
  getBuiltinModule?(name: 'node:os'): { availableParallelism(): number };
}
const { process } = globalThis as { process?: Process };

let count: number | undefined;

/** How many threads a job may have: those of `setThreads`, else one per core; 1 where threads cannot be started. */
export function threadCount(): number {
  if (count === undefined)
    count = canStart() ? Math.min(16, process!.getBuiltinModule!('node:os').availableParallelism()) : onlyOne();
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
  count = n === 1 || canStart() ? Math.min(n, 64) : onlyOne();
}

function onlyOne(): number {
  sayOnce('the CPU engine runs on one thread: threads need SharedArrayBuffer (a page must be cross-origin isolated) and workers'); // prettier-ignore
  return 1;
}

/** Whether this is a place where threads can be started. */
export function canStart(): boolean {
  return (
    typeof SharedArrayBuffer === 'function' && typeof process?.getBuiltinModule === 'function' && hasWorkers(process)
  );
}
function hasWorkers({ getBuiltinModule }: Process): boolean {
  try {
    return typeof getBuiltinModule?.('node:worker_threads').Worker === 'function';
  } catch {
    return false;
  }
}
