import { ValueError } from '../../core/errors';
import { show } from '../../module/shape-declaration';
import type { Limits } from '../option-limits';
import { LRScheduler } from './lr-scheduler';
import { ratesOf } from './momentum';

export interface ReduceLROnPlateauOptions {
  /** Whether less or more is better. Default 'min'. */
  mode?: 'min' | 'max';
  /** What the rate is multiplied with, from 0 to below 1. Default 0.1. */
  factor?: number;
  /** How many steps without improvement are let pass. Default 10. */
  patience?: number;
  /** What counts as an improvement. Default 1e-4. */
  threshold?: number;
  /** Whether the threshold is a share of the best value, or a difference from it. Default 'rel'. */
  thresholdMode?: 'rel' | 'abs';
  /** Steps after a reduction in which nothing is counted. Default 0. */
  cooldown?: number;
  /** The least rate, or one for each group. Default 0. */
  minLr?: number | readonly number[];
  /** Smaller changes of the rate are not made. Default 1e-8. */
  eps?: number;
}

const defaults: Required<ReduceLROnPlateauOptions> = {
  mode: 'min',
  factor: 0.1,
  patience: 10,
  threshold: 1e-4,
  thresholdMode: 'rel',
  cooldown: 0,
  minLr: 0,
  eps: 1e-8,
};

const limits: Limits<ReduceLROnPlateauOptions> = {
  mode: { oneOf: ['min', 'max'] },
  factor: 'belowOne',
  patience: 'countOrZero',
  threshold: 'notNegative',
  thresholdMode: { oneOf: ['rel', 'abs'] },
  cooldown: 'countOrZero',
  eps: 'notNegative',
};

type Progress = { best: number | null; badEpochs: number; cooldown: number };

/**
 * The rate is reduced when a measure, such as the validation loss, has stopped to improve: `step(measure)`.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html
 * @throws ValueError for what is no optimizer, or an option out of range
 * @example
 * const scheduler = new ReduceLROnPlateau(optimizer, { patience: 5 });
 * scheduler.step(await validationLoss.item());
 */
export class ReduceLROnPlateau extends LRScheduler<ReduceLROnPlateauOptions, Progress> {
  get name(): string {
    return 'ReduceLROnPlateau';
  }

  protected get defaults(): Required<ReduceLROnPlateauOptions> {
    return defaults;
  }

  protected get limits(): Limits<ReduceLROnPlateauOptions> {
    return limits;
  }

  protected override check({ minLr }: Required<ReduceLROnPlateauOptions>): void {
    ratesOf(this.name, 'minLr', minLr, this.groups);
  }

  protected override begin(): Progress {
    return { best: null, badEpochs: 0, cooldown: 0 };
  }

  protected rates(): readonly number[] {
    return this.currentLrs;
  }

  /** @param measure a number; NaN is no improvement. @throws ValueError for a tensor, whose value is to be read first */
  override step(measure?: number): void {
    if (typeof measure !== 'number')
      throw new ValueError(`ReduceLROnPlateau: step takes a number, such as await loss.item(), not ${show(measure)}`);
    this.lastEpoch++;
    const { patience, cooldown } = this.options;
    const next = { ...this.memory };
    if (this.isBetter(measure)) Object.assign(next, { best: measure, badEpochs: 0 });
    else next.badEpochs++;
    if (next.cooldown > 0) Object.assign(next, { cooldown: next.cooldown - 1, badEpochs: 0 });
    if (next.badEpochs > patience) {
      this.reduce();
      Object.assign(next, { cooldown, badEpochs: 0 });
    }
    this.memory = next;
    this.noteRates();
  }

  private isBetter(measure: number): boolean {
    const { mode, threshold, thresholdMode } = this.options;
    const { best } = this.memory;
    const sign = mode === 'min' ? -1 : 1;
    if (best === null) return sign * measure > -Infinity;
    const bound = thresholdMode === 'rel' ? best * (1 + sign * threshold) : best + sign * threshold;
    return sign * measure > sign * bound;
  }

  private reduce(): void {
    const { factor, minLr, eps } = this.options;
    const least = ratesOf(this.name, 'minLr', minLr, this.groups);
    this.groups.forEach((group, i) => {
      const lr = Math.max(group.lr * factor, least[i]);
      if (group.lr - lr > eps) group.lr = lr;
    });
  }
}
