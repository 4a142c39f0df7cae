import type { Limits } from '../option-limits';
import { LRScheduler } from './lr-scheduler';

export interface LinearLROptions {
  /** What the rate is multiplied with at epoch 0, above 0 and at most 1. Default 1/3. */
  startFactor?: number;
  /** What it is multiplied with from epoch totalIters on, from 0 to 1. Default 1. */
  endFactor?: number;
  /** Default 5. */
  totalIters?: number;
}

const defaults: Required<LinearLROptions> = { startFactor: 1 / 3, endFactor: 1, totalIters: 5 };
const limits: Limits<LinearLROptions> = { startFactor: 'upToOne', endFactor: 'fraction', totalIters: 'count' };

/**
 * The rate times a factor that goes from startFactor to endFactor in totalIters equal steps; what a warm-up is made of.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LinearLR.html
 * @throws ValueError for what is no optimizer, or an option out of range
 * @example const scheduler = new LinearLR(optimizer, { startFactor: 0.1, totalIters: 10 });
 */
export class LinearLR extends LRScheduler<LinearLROptions> {
  get name(): string {
    return 'LinearLR';
  }

  protected get defaults(): Required<LinearLROptions> {
    return defaults;
  }

  protected get limits(): Limits<LinearLROptions> {
    return limits;
  }

  protected rates(isInitial: boolean): readonly number[] {
    const { startFactor, endFactor, totalIters } = this.options;
    if (this.lastEpoch === 0) return this.currentLrs.map((lr) => lr * startFactor);
    if (isInitial || this.lastEpoch > totalIters) return this.currentLrs;
    const change = endFactor - startFactor;
    const before = totalIters * startFactor + (this.lastEpoch - 1) * change;
    return this.currentLrs.map((lr) => lr * (1 + change / before));
  }

  protected override closedRates(): readonly number[] {
    const { startFactor, endFactor, totalIters } = this.options;
    const share = Math.min(totalIters, this.lastEpoch) / totalIters;
    return this.baseLrs.map((lr) => lr * (startFactor + (endFactor - startFactor) * share));
  }
}
