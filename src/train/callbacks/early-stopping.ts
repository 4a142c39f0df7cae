import { ValueError } from '../../core/errors';
import { checkOptions } from '../../core/options';
import type { Callback, Run } from '../events';
import type { EpochRecord } from '../history';
import { checkMeasured, checkMonitoring, monitored, type Monitoring } from './monitored';

export interface EarlyStoppingOptions extends Monitoring {
  /** How many epochs in a row may pass without a better value. Default 3. */
  readonly patience?: number;
  /** By how much a value must pass the best to be better. Default 0. */
  readonly minDelta?: number;
}

/**
 * Ends a run once the loss, or what `monitor` names, has not been `minDelta` better than its best for `patience` epochs: of the
 * validation where there is one, else of training. Epochs that a run with validation does not validate do not count.
 * @throws ValueError for a patience below 1, a negative minDelta, or a metric without `mode`; at the start of a run for a `monitor`
 *   that it has no number of
 * @example
 * const callbacks = [earlyStopping({ patience: 5, monitor: 'accuracy', mode: 'max' })];
 * new Trainer(model, { optimizer, loss: crossEntropyLoss, metrics: { accuracy }, callbacks });
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): Callback {
  checkOptions('earlyStopping', options, ['patience', 'minDelta', 'monitor', 'mode']);
  const { patience = 3, minDelta = 0, monitor = 'loss', mode = 'min' } = options;
  if (!Number.isInteger(patience) || patience < 1)
    throw new ValueError(`earlyStopping: patience must be a whole number of at least 1, not ${String(patience)}`);
  if (!(Number.isFinite(minDelta) && minDelta >= 0))
    throw new ValueError(`earlyStopping: minDelta must be a finite number of at least 0, not ${String(minDelta)}`);
  checkMonitoring('earlyStopping', options);
  const worst = mode === 'min' ? Infinity : -Infinity;
  let best = worst;
  let since = 0;
  let current: Run | undefined;
  const stopIfDue = () => {
    if (since < patience) return;
    const [what, done] = [monitor === 'loss' ? 'the loss' : monitor, mode === 'min' ? 'fallen' : 'risen'];
    current?.stop(`${what} has not ${done} for ${patience} epochs`);
  };
  return {
    name: 'earlyStopping',
    onFitStart(run) {
      checkMeasured('earlyStopping', monitor, run);
      [best, since, current] = [worst, 0, run];
    },
    onEpochEnd(run, record: EpochRecord) {
      if (run.validates && !record.validation) return; // an epoch without validation is not to be compared with others
      const value = monitored('earlyStopping', monitor, record.validation ?? record);
      // the best stays where it is until a value is clearly better, so that slow progress adds up
      const isBetter = mode === 'min' ? value < best - minDelta : value > best + minDelta;
      if (isBetter) [best, since] = [value, 0];
      else since++;
      stopIfDue();
    },
    stateDict: () => ({ best, since }),
    loadStateDict(state) {
      ({ best, since } = state as { best: number; since: number });
      stopIfDue(); // a run that it had ended is not gone on with, unless it is more patient now
    },
  };
}
