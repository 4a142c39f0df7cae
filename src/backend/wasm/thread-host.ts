import type * as os from 'node:os';
import type * as workerThreads from 'node:worker_threads';
import { nodeModule } from '../../core/node-module';
import { sayOnce } from '../../core/say-once';
import { nodeProgram, webProgram } from './worker-program';

/** What a thread is told when it starts. */
export interface ThreadStart {
  readonly memory: WebAssembly.Memory;
  /** Where the control block is, in bytes. */
  readonly control: number;
  readonly thread: number;
}

/** Where threads run; one that was started works along for good, and keeps no process alive. */
export interface ThreadHost {
  readonly cores: number;
  start(data: ThreadStart): void;
}

/** Node's threads, a page's or a worker's Web Workers, or null where there is no memory to share or nothing to start. */
export function threadHost(): ThreadHost | null {
  return typeof SharedArrayBuffer === 'function' ? (nodeThreads() ?? webWorkers()) : null;
}

function nodeThreads(): ThreadHost | null {
  const threads = nodeModule<typeof workerThreads>('node:worker_threads');
  const system = nodeModule<typeof os>('node:os');
  if (!threads || !system) return null;
  return {
    cores: system.availableParallelism(),
    start(workerData) {
      const worker = new threads.Worker(nodeProgram, { eval: true, execArgv: [], env: {}, workerData });
      worker.on('error', () => undefined); // the job that waits for it says so
      worker.unref();
    },
  };
}

let address: string | undefined;
/** Held, so that no browser takes them for forgotten. */
const started: Worker[] = [];

function webWorkers(): ThreadHost | null {
  if (globalThis.crossOriginIsolated !== true || typeof Worker !== 'function') return null;
  return {
    cores: navigator.hardwareConcurrency ?? 1,
    start(data) {
      address ??= URL.createObjectURL(new Blob([webProgram], { type: 'text/javascript' }));
      const worker = new Worker(address, { name: `decograd ${data.thread}` });
      worker.onerror = () =>
        sayOnce('the CPU engine: a Web Worker did not start; a Content-Security-Policy must allow worker-src blob:');
      worker.postMessage(data);
      started.push(worker);
    },
  };
}
