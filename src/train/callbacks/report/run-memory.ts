import { StateError } from '../../../core/errors';
import type { StateTree } from '../../../io';
import type { Run } from '../../events';
import { learningRates } from '../learning-rates';
import type { EpochRates } from './report';

/** What the page tells and no history does: when the run began, and the learning rates of its epochs. */
export class RunMemory {
  began = new Date();
  rates: EpochRates[] = [];

  forget(): void {
    this.began = new Date();
    this.rates = [];
  }

  /** Those of the first batch: schedules of epochs have done their work by then, wherever in the list of callbacks they are. */
  noteRates(run: Run): void {
    const { epoch } = run;
    if (this.rates.at(-1)?.epoch !== epoch) this.rates.push({ epoch, rates: learningRates(run) });
  }

  stateDict(): StateTree {
    return {
      began: this.began.toISOString(),
      rates: this.rates.map(({ epoch, rates }) => ({ epoch, rates: [...rates] })),
    };
  }

  /** @throws StateError where it is not what `stateDict` gives */
  loadStateDict(state: StateTree): void {
    const { began, rates } = (state ?? {}) as { began?: unknown; rates?: unknown };
    const time = new Date(String(began));
    if (Number.isNaN(time.getTime()) || !Array.isArray(rates) || !rates.every(isRates))
      throw new StateError('htmlReport: the state is not { began, rates } as stateDict() gives it');
    [this.began, this.rates] = [time, [...rates]];
  }
}

function isRates(value: unknown): value is EpochRates {
  const { epoch, rates } = (value ?? {}) as Partial<EpochRates>;
  return typeof epoch === 'number' && Array.isArray(rates) && rates.every((rate) => typeof rate === 'number');
}
