import { workerProgram } from './worker-program';

interface NodeWorker {
  unref(): void;
  on(event: 'error', listener: () => void): void;
}
interface Process {
  getBuiltinModule(name: 'node:worker_threads'): { Worker: new (code: string, options: object) => NodeWorker };
}

/** Starts a thread that works along for as long as the process lives, and keeps it alive no longer. */
export function startThread(memory: WebAssembly.Memory, control: number, thread: number): void {
  const { process } = globalThis as unknown as { process: Process };
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const worker = new Worker(workerProgram, {
    eval: true,
    execArgv: [],
    env: {},
    workerData: { memory, control, thread },
  });
  worker.on('error', () => undefined); // the job that waits for it says so
  worker.unref();
}
