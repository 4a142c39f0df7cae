import type * as nodeThreads from 'node:worker_threads';
import { DeviceError } from '../../core/errors';
import { nodeModule } from '../../core/node-module';
import type { EpochDraw } from '../dataset';
import { errorOf, type Failure } from './worker-errors';
import type { WorkersPlan } from './worker-options';
import { workerProgram } from './worker-program';
import type { Packed } from './worker-values';

/** What a thread is asked to read: one batch where the dataset makes them and `whole` allows it, else its samples. */
export interface Reading {
  readonly indices: readonly number[];
  readonly draw: EpochDraw;
  readonly whole: boolean;
}

/** What a thread answers. */
export interface Reply {
  readonly id: number;
  readonly failure?: Failure;
  readonly length: number;
  readonly isBatch: boolean;
  readonly packed: Packed;
}

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/** One thread. It keeps the process alive only while somebody waits for it. */
export class LoaderWorker {
  readonly #worker: nodeThreads.Worker;
  readonly #waiting = new Map<number, Waiting>();
  #failure: Error | undefined;
  #count = 0;

  constructor(private readonly plan: WorkersPlan) {
    const threads = nodeModule<typeof nodeThreads>('node:worker_threads');
    if (!threads) throw new DeviceError('DataLoader: workers: there are no threads here; leave workers out');
    const { url, path, name, given } = plan;
    this.#worker = new threads.Worker(workerProgram, { eval: true, workerData: { url, path, name, given } });
    this.#worker.unref();
    this.#worker.on('message', (reply: Reply) => this.settle(reply));
    this.#worker.on('error', (error: Error) => this.fail(errorOf(error, plan.path)));
    this.#worker.on('messageerror', (error) => this.fail(error));
    this.#worker.on('exit', (code) => this.fail(new DeviceError(`DataLoader: a worker ended by itself, with exit code ${code}`))); // prettier-ignore
  }

  /** How many samples the dataset has there. */
  async length(): Promise<number> {
    return (await this.waitFor(this.ask({}))).length;
  }

  /** Asks for samples; `waitFor` waits for them. */
  read(reading: Reading): Promise<Reply> {
    return this.ask(reading);
  }

  private ask(request: Partial<Reading>): Promise<Reply> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = this.#count++;
    const reply = new Promise<Reply>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    reply.catch(() => undefined); // whoever waits is told; nobody may have come to that yet
    this.#worker.postMessage({ id, ...request });
    return reply;
  }

  /** A reply, with the process kept alive until it is there. */
  async waitFor(reply: Promise<Reply>): Promise<Reply> {
    this.#worker.ref();
    try {
      return await reply;
    } finally {
      this.#worker.unref();
    }
  }

  private settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.failure) waiting?.reject(errorOf(reply.failure, this.plan.path));
    else waiting?.resolve(reply);
  }

  private fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }

  /** Ends the thread, whatever it is doing. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
