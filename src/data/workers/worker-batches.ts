import { ValueError } from '../../core/errors';
import type { EpochDraw } from '../dataset';
import { LoaderWorker, type Reply } from './loader-worker';
import type { WorkersPlan } from './worker-options';
import { unpackedValue } from './worker-values';

/** What to read, and how samples become a batch. */
export interface Order<T> {
  /** Of the loader's dataset. */
  readonly length: number;
  readonly batches: Iterator<ArrayLike<number>>;
  readonly draw: EpochDraw;
  /** Whether the dataset may make batches by itself. */
  readonly whole: boolean;
  join(samples: T[], indices: ArrayLike<number>): T;
}

interface Ahead {
  readonly indices: readonly number[];
  readonly reply: () => Promise<Reply>;
}

/** Batches in order, read ahead by threads that end with the loop, however it ends. */
export async function* workerBatches<T>(plan: WorkersPlan, order: Order<T>): AsyncGenerator<T, void, undefined> {
  const workers = Array.from({ length: plan.count }, () => new LoaderWorker(plan));
  try {
    await Promise.all(workers.map((worker) => checkLength(worker, order.length, plan.path)));
    const next = reader(workers, order);
    const ahead: Ahead[] = [];
    const fill = (): void => {
      for (let found = true; found && ahead.length < plan.count * plan.prefetch;) found = next(ahead);
    };
    fill();
    for (let first = ahead.shift(); first; first = ahead.shift()) {
      const { isBatch, packed } = await first.reply();
      fill();
      const value = unpackedValue(packed);
      yield isBatch ? (value as T) : order.join(value as T[], first.indices);
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.close()));
  }
}

async function checkLength(worker: LoaderWorker, length: number, path: string): Promise<void> {
  const there = await worker.length();
  if (there !== length)
    throw new ValueError(
      `DataLoader: workers: the dataset has ${length} samples, the one that ${path} makes has ${there}; they must be the same`,
    );
}

/** Asks for one more batch, threads in turn; false where there is none. What the sampler throws is told in its turn. */
function reader(workers: readonly LoaderWorker[], { batches, draw, whole }: Order<any>): (ahead: Ahead[]) => boolean {
  let number = 0;
  let isOver = false;
  return (ahead) => {
    if (isOver) return false;
    try {
      const { done, value } = batches.next();
      if (done) return !(isOver = true);
      const indices = Array.from(value);
      const worker = workers[number++ % workers.length];
      const reply = worker.read({ indices, draw, whole });
      ahead.push({ indices, reply: () => worker.waitFor(reply) });
    } catch (error) {
      isOver = true;
      ahead.push({ indices: [], reply: () => Promise.reject(error) });
    }
    return true;
  };
}
