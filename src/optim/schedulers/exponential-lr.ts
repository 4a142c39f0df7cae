import type { Limits } from '../option-limits';
import { LRScheduler, required } from './lr-scheduler';

export interface ExponentialLROptions {
  /** What the rate is multiplied with in every epoch. */
  gamma: number;
}

const defaults: ExponentialLROptions = { gamma: required };
const limits: Limits<ExponentialLROptions> = { gamma: 'notNegative' };

/**
 * The rate times gamma in every epoch.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ExponentialLR.html
 * @throws ValueError for what is no optimizer, or an option out of range
 * @example const scheduler = new ExponentialLR(optimizer, { gamma: 0.95 });
 */
export class ExponentialLR extends LRScheduler<ExponentialLROptions> {
  get name(): string {
    return 'ExponentialLR';
  }

  protected get defaults(): Required<ExponentialLROptions> {
    return defaults;
  }

  protected get limits(): Limits<ExponentialLROptions> {
    return limits;
  }

  protected rates(isInitial: boolean): readonly number[] {
    return isInitial ? this.currentLrs : this.currentLrs.map((lr) => lr * this.options.gamma);
  }

  protected override closedRates(): readonly number[] {
    return this.baseLrs.map((lr) => lr * this.options.gamma ** this.lastEpoch);
  }
}
