import { checkOption, type Limits } from '../option-limits';
import { LRScheduler, required } from './lr-scheduler';
import { checkMomentum, momentumRanges, ratesOf, setMomentum, type MomentumRange } from './momentum';

export interface CyclicLROptions extends Partial<MomentumRange> {
  /** The least rate, or one for each group. */
  baseLr: number | readonly number[];
  /** The largest rate, or one for each group. */
  maxLr: number | readonly number[];
  /** Steps from the least to the largest rate. Default 2000. */
  stepSizeUp?: number;
  /** Steps back; null for as many. Default null. */
  stepSizeDown?: number | null;
  /** The height of the cycles: the same, halved with every cycle, or times gamma ** step. Default 'triangular'. */
  mode?: 'triangular' | 'triangular2' | 'exp_range';
  /** For mode 'exp_range'. Default 1. */
  gamma?: number;
  /** The height of a cycle as a factor, instead of `mode`; it is not saved with the state. Default null. */
  scaleFn?: ((x: number) => number) | null;
  /** What scaleFn is given: the number of the cycle, from 1, or of the step. Default 'cycle'. */
  scaleMode?: 'cycle' | 'iterations';
  /** Whether momentum falls while the rate rises, and rises while it falls. Default true. */
  cycleMomentum?: boolean;
  /** The least momentum, or one for each group. Default 0.8. */
  baseMomentum?: number | readonly number[];
  /** The largest momentum, or one for each group. Default 0.9. */
  maxMomentum?: number | readonly number[];
}

const defaults: Required<CyclicLROptions> = {
  baseLr: required,
  maxLr: required,
  stepSizeUp: 2000,
  stepSizeDown: null,
  mode: 'triangular',
  gamma: 1,
  scaleFn: null,
  scaleMode: 'cycle',
  cycleMomentum: true,
  baseMomentum: 0.8,
  maxMomentum: 0.9,
};

const limits: Limits<CyclicLROptions> = {
  stepSizeUp: 'count',
  stepSizeDown: { nullOr: 'count' },
  mode: { oneOf: ['triangular', 'triangular2', 'exp_range'] },
  gamma: 'notNegative',
  scaleFn: { nullOr: 'fn' },
  scaleMode: { oneOf: ['cycle', 'iterations'] },
};

/**
 * The rate goes up and down between two bounds; momentum the other way. `step()` is called after every batch.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CyclicLR.html,
 * https://arxiv.org/abs/1506.01186
 * @throws ValueError for what is no optimizer or has no momentum, or an option out of range
 * @example const scheduler = new CyclicLR(optimizer, { baseLr: 0.001, maxLr: 0.1, stepSizeUp: 500 });
 */
export class CyclicLR extends LRScheduler<CyclicLROptions> {
  get name(): string {
    return 'CyclicLR';
  }

  protected get defaults(): Required<CyclicLROptions> {
    return defaults;
  }

  protected get limits(): Limits<CyclicLROptions> {
    return limits;
  }

  protected override check(options: Required<CyclicLROptions>): void {
    for (const option of ['baseLr', 'maxLr'] as const) ratesOf(this.name, option, options[option], this.groups);
    checkMomentum(this.name, options, this.groups);
    if (options.scaleFn) checkOption(this.name, 'scaleFn(1)', options.scaleFn(1), 'any');
  }

  protected override prepare(): void {
    this.bounds.forEach(([base], i) => (this.groups[i].lr = base));
  }

  protected override start(): void {
    super.start();
    this.baseLrs = this.bounds.map(([base]) => base);
  }

  private get bounds(): [number, number][] {
    const { baseLr, maxLr } = this.options;
    const most = ratesOf(this.name, 'maxLr', maxLr, this.groups);
    return ratesOf(this.name, 'baseLr', baseLr, this.groups).map((base, i) => [base, most[i]]);
  }

  protected rates(): readonly number[] {
    const height = this.height();
    if (this.options.cycleMomentum)
      momentumRanges(this.name, this.options, this.groups).forEach(([base, most], i) =>
        setMomentum(this.groups[i], most - (most - base) * height),
      );
    return this.bounds.map(([, most], i) => this.baseLrs[i] + (most - this.baseLrs[i]) * height);
  }

  /** How far up the rate is, from 0 to the height of the cycle. */
  private height(): number {
    const { stepSizeUp, stepSizeDown } = this.options;
    const total = stepSizeUp + (stepSizeDown ?? stepSizeUp);
    const cycle = Math.floor(1 + this.lastEpoch / total);
    const place = 1 + this.lastEpoch / total - cycle;
    const top = stepSizeUp / total;
    return (place <= top ? place / top : (place - 1) / (top - 1)) * this.scaleOf(cycle);
  }

  private scaleOf(cycle: number): number {
    const { mode, gamma, scaleFn, scaleMode } = this.options;
    if (scaleFn) return scaleFn(scaleMode === 'cycle' ? cycle : this.lastEpoch);
    if (mode === 'exp_range') return gamma ** this.lastEpoch;
    return mode === 'triangular' ? 1 : 1 / 2 ** (cycle - 1);
  }
}
