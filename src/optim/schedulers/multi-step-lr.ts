import { ValueError } from '../../core/errors';
import { checkOption, type Limits } from '../option-limits';
import { LRScheduler, required } from './lr-scheduler';

export interface MultiStepLROptions {
  /** The epochs at which the rate changes, in any order; twice at one that is named twice. */
  milestones: readonly number[];
  /** What it is multiplied with then. Default 0.1. */
  gamma?: number;
}

const defaults: Required<MultiStepLROptions> = { milestones: required, gamma: 0.1 };
const limits: Limits<MultiStepLROptions> = { gamma: 'notNegative' };

/** @throws ValueError for what is no list of epochs */
export function checkMilestones(where: string, milestones: readonly number[]): void {
  if (!Array.isArray(milestones))
    throw new ValueError(`${where}: milestones are a list of epochs, such as [30, 80], not ${String(milestones)}`);
  milestones.forEach((epoch, i) => checkOption(where, `milestones[${i}]`, epoch, 'countOrZero'));
}

/**
 * The rate times gamma at each milestone.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.MultiStepLR.html
 * @throws ValueError for what is no optimizer, or an option out of range
 * @example const scheduler = new MultiStepLR(optimizer, { milestones: [30, 80], gamma: 0.1 });
 */
export class MultiStepLR extends LRScheduler<MultiStepLROptions> {
  get name(): string {
    return 'MultiStepLR';
  }

  protected get defaults(): Required<MultiStepLROptions> {
    return defaults;
  }

  protected get limits(): Limits<MultiStepLROptions> {
    return limits;
  }

  protected override check({ milestones }: MultiStepLROptions): void {
    checkMilestones(this.name, milestones);
  }

  protected rates(): readonly number[] {
    const { milestones, gamma } = this.options;
    const times = milestones.filter((epoch) => epoch === this.lastEpoch).length;
    return this.currentLrs.map((lr) => lr * gamma ** times);
  }

  protected override closedRates(): readonly number[] {
    const { milestones, gamma } = this.options;
    const times = milestones.filter((epoch) => epoch <= this.lastEpoch).length;
    return this.baseLrs.map((lr) => lr * gamma ** times);
  }
}
