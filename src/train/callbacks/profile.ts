import { ValueError } from '../../core/errors';
import { fileSystem } from '../../io/file-system';
import { traceOf, type Trace } from '../../profile';
import type { Callback } from '../events';

/**
 * Writes a trace of the run when it ends: epochs, batches, and every kernel with its shape and time. `Trainer.fit` does it
 * where its option `profile` names a file.
 * @throws DeviceError where there are no files, as in a browser; ValueError for a path that cannot be written, at the start
 * @example new Trainer(model, { optimizer, loss: mseLoss, callbacks: [profile('run.json')] }); // open in ui.perfetto.dev
 */
export function profile(path: string): Callback {
  let trace: Trace | undefined;
  let [epochBegan, batchBegan] = [0, 0];
  return {
    name: 'profile',
    writes: true,
    onFitStart() {
      write(path, ''); // what cannot be written is to be known before the work, not after it
      trace = traceOf();
    },
    onEpochStart() {
      epochBegan = batchBegan = performance.now();
    },
    onBatchEnd({ step }, { batch, size, loss }) {
      const now = performance.now();
      trace?.span(`batch ${batch}`, batchBegan, now, { step, size, loss });
      batchBegan = now;
    },
    onEpochEnd(_run, { epoch, loss }) {
      trace?.span(`epoch ${epoch}`, epochBegan, performance.now(), { loss });
    },
    onFitEnd() {
      if (trace) write(path, trace.end());
      trace = undefined;
    },
  };
}

function write(path: string, text: string): void {
  const { writeFileSync } = fileSystem('profile', 'use explain, which needs none');
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new ValueError(`profile: ${path} cannot be written (${(error as Error).message})`);
  }
}
