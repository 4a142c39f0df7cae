import type { Limits } from '../option-limits';
import { LRScheduler, required } from './lr-scheduler';

export interface CosineAnnealingLROptions {
  /** PyTorch's T_max: the epochs that the way down takes; the way up takes as many. */
  tMax: number;
  /** The least rate. Default 0. */
  etaMin?: number;
}

const defaults: Required<CosineAnnealingLROptions> = { tMax: required, etaMin: 0 };
const limits: Limits<CosineAnnealingLROptions> = { tMax: 'count', etaMin: 'notNegative' };

/**
 * The rate falls to etaMin along half a cosine, and rises again if training goes on.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CosineAnnealingLR.html,
 * https://arxiv.org/abs/1608.03983
 * @throws ValueError for what is no optimizer, or an option out of range
 * @example const scheduler = new CosineAnnealingLR(optimizer, { tMax: 100 });
 */
export class CosineAnnealingLR extends LRScheduler<CosineAnnealingLROptions> {
  get name(): string {
    return 'CosineAnnealingLR';
  }

  protected get defaults(): Required<CosineAnnealingLROptions> {
    return defaults;
  }

  protected get limits(): Limits<CosineAnnealingLROptions> {
    return limits;
  }

  protected rates(isInitial: boolean): readonly number[] {
    if (isInitial) return this.currentLrs;
    const { tMax, etaMin } = this.options;
    const at = (epoch: number) => 1 + Math.cos((Math.PI * epoch) / tMax);
    if ((this.lastEpoch - 1 - tMax) % (2 * tMax) === 0) {
      // at the bottom, where the quotient below would be 0 / 0
      const rise = (1 - Math.cos(Math.PI / tMax)) / 2;
      return this.currentLrs.map((lr, i) => lr + (this.baseLrs[i] - etaMin) * rise);
    }
    const factor = at(this.lastEpoch) / at(this.lastEpoch - 1);
    return this.currentLrs.map((lr) => factor * (lr - etaMin) + etaMin);
  }

  protected override closedRates(): readonly number[] {
    const { tMax, etaMin } = this.options;
    const share = (1 + Math.cos((Math.PI * this.lastEpoch) / tMax)) / 2;
    return this.baseLrs.map((lr) => etaMin + (lr - etaMin) * share);
  }
}
