import { traceOf, type Trace } from '../../profile';
import type { Callback } from '../events';
import { pathOf, textFile } from './text-file';

/**
 * Writes a trace of the run when it ends: epochs, batches, and every kernel with its shape and time. `Trainer.fit` does it
 * where its option `profile` names a file.
 * @throws DeviceError where there are no files, as in a browser; ValueError for a path that cannot be written; both at the start
 * @example new Trainer(model, { optimizer, loss: mseLoss, callbacks: [profile('run.json')] }); // open in ui.perfetto.dev
 */
export function profile(path: string): Callback {
  const file = textFile('profile', pathOf('profile', path), 'use explain, which needs none');
  let trace: Trace | undefined;
  let [epochBegan, batchBegan] = [0, 0];
  return {
    name: 'profile',
    writes: true,
    onFitStart() {
      file.clear();
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
      if (trace) file.replace(trace.end());
      trace = undefined;
    },
  };
}
