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

interface NodeWorker {
  unref(): void;
  on(event: 'error', listener: () => void): void;
}
interface Process {
  getBuiltinModule?(name: 'node:worker_threads'): { Worker?: new (code: string, options: object) => NodeWorker };
  getBuiltinModule?(name: 'node:os'): { availableParallelism(): number };
}

/** Node's threads, a page's or a worker's Web Workers, or null where there is no memory to share or nothing to start. */
export function threadHost(): ThreadHost | null {
  if (typeof SharedArrayBuffer !== 'function') return null;
  const { process } = globalThis as { process?: Process };
  return typeof process?.getBuiltinModule === 'function' ? nodeThreads(process) : webWorkers();
}

function nodeThreads({ getBuiltinModule }: Process): ThreadHost | null {
  const Worker = nodeWorker(getBuiltinModule!);
  if (typeof Worker !== 'function') return null;
  return {
    cores: getBuiltinModule!('node:os').availableParallelism(),
    start(workerData) {
      const worker = new Worker(nodeProgram, { eval: true, execArgv: [], env: {}, workerData });
      worker.on('error', () => undefined); // the job that waits for it says so
      worker.unref();
    },
  };
}
function nodeWorker(getBuiltinModule: NonNullable<Process['getBuiltinModule']>) {
  try {
    return getBuiltinModule('node:worker_threads').Worker;
  } catch {
    return undefined;
  }
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
