import type { Limits } from '../option-limits';
import { LRScheduler } from './lr-scheduler';

export interface ConstantLROptions {
  /** What the rate is multiplied with until then, above 0 and at most 1. Default 1/3. */
  factor?: number;
  /** The epoch from which the rate is its own. Default 5. */
  totalIters?: number;
}

const defaults: Required<ConstantLROptions> = { factor: 1 / 3, totalIters: 5 };
const limits: Limits<ConstantLROptions> = { factor: 'upToOne', totalIters: 'countOrZero' };

/**
 * The rate times a factor until epoch totalIters.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ConstantLR.html
 * @throws ValueError for what is no optimizer, or an option out of range
 * @example const scheduler = new ConstantLR(optimizer, { factor: 0.5, totalIters: 4 });
 */
export class ConstantLR extends LRScheduler<ConstantLROptions> {
  get name(): string {
    return 'ConstantLR';
  }

  protected get defaults(): Required<ConstantLROptions> {
    return defaults;
  }

  protected get limits(): Limits<ConstantLROptions> {
    return limits;
  }

  protected rates(): readonly number[] {
    const { factor, totalIters } = this.options;
    if (this.lastEpoch === 0) return this.currentLrs.map((lr) => lr * factor);
    return this.lastEpoch === totalIters ? this.currentLrs.map((lr) => lr * (1 / factor)) : this.currentLrs;
  }

  protected override closedRates(): readonly number[] {
    const { factor, totalIters } = this.options;
    return this.baseLrs.map((lr) => (this.lastEpoch >= totalIters ? lr : lr * factor));
  }
}
