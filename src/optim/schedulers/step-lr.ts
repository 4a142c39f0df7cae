import type { Limits } from '../option-limits';
import { LRScheduler, required } from './lr-scheduler';

export interface StepLROptions {
  /** Every how many epochs the rate changes. */
  stepSize: number;
  /** What it is multiplied with then. Default 0.1. */
  gamma?: number;
}

const defaults: Required<StepLROptions> = { stepSize: required, gamma: 0.1 };
const limits: Limits<StepLROptions> = { stepSize: 'count', gamma: 'notNegative' };

/**
 * The rate times gamma every stepSize epochs.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.StepLR.html
 * @throws ValueError for what is no optimizer, or an option out of range
 * @example const scheduler = new StepLR(optimizer, { stepSize: 30, gamma: 0.1 });
 */
export class StepLR extends LRScheduler<StepLROptions> {
  get name(): string {
    return 'StepLR';
  }

  protected get defaults(): Required<StepLROptions> {
    return defaults;
  }

  protected get limits(): Limits<StepLROptions> {
    return limits;
  }

  protected rates(): readonly number[] {
    const { stepSize, gamma } = this.options;
    if (this.lastEpoch === 0 || this.lastEpoch % stepSize !== 0) return this.currentLrs;
    return this.currentLrs.map((lr) => lr * gamma);
  }

  protected override closedRates(): readonly number[] {
    const { stepSize, gamma } = this.options;
    return this.baseLrs.map((lr) => lr * gamma ** Math.floor(this.lastEpoch / stepSize));
  }
}
