import { fileSystem } from '../../io/file-system';
import { traceOf, type Trace } from '../../profile';
import type { Callback } from '../events';

/**
 * Writes a trace of the run when it ends: epochs, batches, and every kernel with its shape and time. `Trainer.fit` does it
 * where its option `profile` names a file.
 * @throws DeviceError where there are no files, as in a browser
 * @example new Trainer(model, { optimizer, loss: mseLoss, callbacks: [profile('run.json')] }); // open in ui.perfetto.dev
 */
export function profile(path: string): Callback {
  let trace: Trace | undefined;
  let [epochBegan, batchBegan] = [0, 0];
  return {
    onFitStart() {
      fileSystem('profile', 'use explain, which needs none'); // before the work, not after it
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
      if (trace) fileSystem('profile').writeFileSync(path, trace.end());
      trace = undefined;
    },
  };
}
