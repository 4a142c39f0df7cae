import { ValueError } from '../../core/errors';
import { checkOptions } from '../../core/options';
import type { Callback, Run } from '../events';
import type { EpochRecord } from '../history';

/**
 * Ends a run once the validation loss (the training loss where there is none) has not been `minDelta` below its best, 0 by
 * default, for `patience` epochs, 3 by default. Epochs that a run with validation does
 * not validate do not count.
 * @throws ValueError for a patience below 1 or a negative minDelta
 * @example new Trainer(model, { optimizer, loss: mseLoss, callbacks: [earlyStopping({ patience: 5 })] });
 */
export function earlyStopping(options: { patience?: number; minDelta?: number } = {}): Callback {
  checkOptions('earlyStopping', options, ['patience', 'minDelta']);
  const { patience = 3, minDelta = 0 } = options;
  if (!Number.isInteger(patience) || patience < 1)
    throw new ValueError(`earlyStopping: patience must be a whole number of at least 1, not ${String(patience)}`);
  if (!(Number.isFinite(minDelta) && minDelta >= 0))
    throw new ValueError(`earlyStopping: minDelta must be a finite number of at least 0, not ${String(minDelta)}`);
  let best = Infinity;
  let since = 0;
  let current: Run | undefined;
  const stopIfDue = () => {
    if (since >= patience) current?.stop(`the loss has not fallen for ${patience} epochs`);
  };
  return {
    name: 'earlyStopping',
    onFitStart(run) {
      [best, since, current] = [Infinity, 0, run];
    },
    onEpochEnd(run, record: EpochRecord) {
      if (run.validates && !record.validation) return; // an epoch without validation is not to be compared with others
      const { loss } = record.validation ?? record;
      // the best stays where it is until a loss is clearly below it, so that a slow fall adds up
      if (loss < best - minDelta) [best, since] = [loss, 0];
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
