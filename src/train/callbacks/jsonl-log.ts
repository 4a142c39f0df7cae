import { checkOptions } from '../../core/options';
import { flagOf } from '../../module/option-checks';
import type { Callback, Run } from '../events';
import { learningRates } from './learning-rates';
import { pathOf, textFile } from './text-file';

export interface JsonlLogOptions {
  /** Whether every batch is a line as well. Default false. */
  readonly batches?: boolean;
  /** Whether what is in the file stays, and the run is added. Default false. */
  readonly append?: boolean;
}

/**
 * Writes what happens in a run as lines of JSON, each with its `event`, `fit`, `batch`, `epoch` or `end`, and the `time`;
 * every line is whole once it happened. An epoch is as in the history that `fit` returns, with the learning rates of the
 * groups that it began with. A number that is not finite becomes null, as JSON has none. A resumed run cuts the file back to
 * what it was at the checkpoint, and goes on from there.
 *
 * Source: https://jsonlines.org
 * @throws DeviceError where there are no files, as in a browser; ValueError for a path that cannot be written; both at the start
 * @throws ValueError for an option that is neither true nor false; StateError where a resumed run finds less than was written
 * @example new Trainer(model, { optimizer, loss: mseLoss, callbacks: [jsonlLog('run.jsonl', { batches: true })] });
 */
export function jsonlLog(path: string, options: JsonlLogOptions = {}): Callback {
  const file = textFile('jsonlLog', pathOf('jsonlLog', path), 'fit returns the same as an object');
  checkOptions('jsonlLog', options, ['batches', 'append']);
  const batches = flagOf('jsonlLog', 'batches', options.batches ?? false);
  const append = flagOf('jsonlLog', 'append', options.append ?? false);
  let lr: readonly number[] = [];
  let isBegun = false;
  const line = (event: string, values: object) =>
    file.append(`${JSON.stringify({ event, time: new Date().toISOString(), ...values })}\n`);
  const begin = (run: Run) => {
    if (!append) file.clear();
    line('fit', { epochs: run.epochs, batches: run.batches });
    isBegun = true;
  };
  /** A resumed run begins by itself where no checkpoint told of the file. */
  const write = (run: Run, event: string, values: object) => {
    if (!isBegun) begin(run);
    line(event, values);
  };
  return {
    name: 'jsonlLog',
    writes: true,
    onFitStart(run) {
      isBegun = false;
      if (run.isResumed) file.append('');
      else begin(run);
    },
    onEpochStart(run) {
      lr = learningRates(run);
    },
    onBatchEnd(run, { batch, size, loss, metrics }) {
      const { epoch, step } = run;
      if (batches) write(run, 'batch', { epoch, step, batch, size, loss, metrics });
    },
    onEpochEnd(run, record) {
      write(run, 'epoch', { step: run.step, lr, ...record });
    },
    onFitEnd({ epoch, step, history }) {
      if (isBegun) line('end', { epoch, step, stopped: history.stopped }); // where resuming failed the file stays as it is
    },
    stateDict: () => ({ bytes: file.size(), lr }),
    loadStateDict(state) {
      const saved = state as { readonly bytes: number; readonly lr: readonly number[] };
      file.cut(saved.bytes);
      [isBegun, lr] = [true, saved.lr];
    },
  };
}
