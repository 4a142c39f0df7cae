import { ValueError } from '../../core/errors';
import type { Callback } from '../events';
import type { EpochRecord } from '../history';

/** Ends a run once the validation loss (the training loss where there is none) has not fallen for `patience` epochs. */
export function earlyStopping({ patience = 3, minDelta = 0 }: { patience?: number; minDelta?: number } = {}): Callback {
  if (!Number.isInteger(patience) || patience < 1)
    throw new ValueError(`earlyStopping: patience must be a whole number of at least 1, not ${patience}`);
  let best = Infinity;
  let since = 0;
  return {
    onFitStart() {
      [best, since] = [Infinity, 0];
    },
    onEpochEnd(run, record: EpochRecord) {
      const { loss } = record.validation ?? record;
      since = loss < best - minDelta ? 0 : since + 1;
      best = Math.min(best, loss);
      if (since >= patience) run.stop(`the loss has not fallen for ${patience} epochs`);
    },
  };
}
