import type { Limits } from '../option-limits';
import { LRScheduler } from './lr-scheduler';

export interface PolynomialLROptions {
  /** The epoch at which the rate is 0. Default 5. */
  totalIters?: number;
  /** The power of the polynomial. Default 1. */
  power?: number;
}

const defaults: Required<PolynomialLROptions> = { totalIters: 5, power: 1 };
const limits: Limits<PolynomialLROptions> = { totalIters: 'count', power: 'notNegative' };

/**
 * The rate times (1 - epoch / totalIters) ** power.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.PolynomialLR.html
 * @throws ValueError for what is no optimizer, or an option out of range
 * @example const scheduler = new PolynomialLR(optimizer, { totalIters: 100, power: 2 });
 */
export class PolynomialLR extends LRScheduler<PolynomialLROptions> {
  get name(): string {
    return 'PolynomialLR';
  }

  protected get defaults(): Required<PolynomialLROptions> {
    return defaults;
  }

  protected get limits(): Limits<PolynomialLROptions> {
    return limits;
  }

  protected rates(isInitial: boolean): readonly number[] {
    const { totalIters, power } = this.options;
    if (isInitial || this.lastEpoch > totalIters) return this.currentLrs;
    const factor = (1 - this.lastEpoch / totalIters) / (1 - (this.lastEpoch - 1) / totalIters);
    return this.currentLrs.map((lr) => lr * factor ** power);
  }

  protected override closedRates(): readonly number[] {
    const { totalIters, power } = this.options;
    const factor = (1 - Math.min(totalIters, this.lastEpoch) / totalIters) ** power;
    return this.baseLrs.map((lr) => lr * factor);
  }
}
