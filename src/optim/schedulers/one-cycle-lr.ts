import { ValueError } from '../../core/errors';
import type { Limits } from '../option-limits';
import { LRScheduler, required } from './lr-scheduler';
import { checkMomentum, momentumRanges, ratesOf, setMomentum, type MomentumRange } from './momentum';

export interface OneCycleLROptions extends Partial<MomentumRange> {
  /** The largest rate, or one for each group. */
  maxLr: number | readonly number[];
  /** All steps of the training; null is epochs times stepsPerEpoch. Default null. */
  totalSteps?: number | null;
  /** Default null. */
  epochs?: number | null;
  /** Default null. */
  stepsPerEpoch?: number | null;
  /** The share of steps in which the rate rises. Default 0.3. */
  pctStart?: number;
  /** Along half a cosine or a line. Default 'cos'. */
  annealStrategy?: 'cos' | 'linear';
  /** Whether momentum falls while the rate rises, and rises while it falls. Default true. */
  cycleMomentum?: boolean;
  /** The least momentum, or one for each group. Default 0.85. */
  baseMomentum?: number | readonly number[];
  /** The largest momentum, or one for each group. Default 0.95. */
  maxMomentum?: number | readonly number[];
  /** The first rate is maxLr / divFactor. Default 25. */
  divFactor?: number;
  /** The last rate is the first / finalDivFactor. Default 1e4. */
  finalDivFactor?: number;
  /** Falls to the first rate as fast as it rose, then on to the last; otherwise at once to the last. Default false. */
  threePhase?: boolean;
}

const defaults: Required<OneCycleLROptions> = {
  maxLr: required,
  totalSteps: null,
  epochs: null,
  stepsPerEpoch: null,
  pctStart: 0.3,
  annealStrategy: 'cos',
  cycleMomentum: true,
  baseMomentum: 0.85,
  maxMomentum: 0.95,
  divFactor: 25,
  finalDivFactor: 1e4,
  threePhase: false,
};

const limits: Limits<OneCycleLROptions> = {
  totalSteps: { nullOr: 'count' },
  epochs: { nullOr: 'count' },
  stepsPerEpoch: { nullOr: 'count' },
  pctStart: 'fraction',
  annealStrategy: { oneOf: ['cos', 'linear'] },
  divFactor: 'positive',
  finalDivFactor: 'positive',
};

/** Where a phase ends, and what the rate and the momentum go to. */
interface Phase {
  readonly end: number;
  readonly rate: 'first' | 'largest' | 'last';
  readonly momentum: 'base' | 'largest';
}

/**
 * One cycle: the rate rises from maxLr / divFactor to maxLr, then falls far below where it began; momentum the other way.
 * `step()` is called after every batch.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.OneCycleLR.html,
 * https://arxiv.org/abs/1708.07120
 * @throws ValueError for what is no optimizer or has no momentum, an option out of range, or a step after the last
 * @example const scheduler = new OneCycleLR(optimizer, { maxLr: 0.1, epochs: 10, stepsPerEpoch: 100 });
 */
export class OneCycleLR extends LRScheduler<OneCycleLROptions> {
  get name(): string {
    return 'OneCycleLR';
  }

  protected get defaults(): Required<OneCycleLROptions> {
    return defaults;
  }

  protected get limits(): Limits<OneCycleLROptions> {
    return limits;
  }

  protected override check(options: Required<OneCycleLROptions>): void {
    ratesOf(this.name, 'maxLr', options.maxLr, this.groups);
    checkMomentum(this.name, options, this.groups);
    if (options.totalSteps === null && (options.epochs === null || options.stepsPerEpoch === null))
      throw new ValueError('OneCycleLR: needs totalSteps, or epochs and stepsPerEpoch');
  }

  protected override prepare(): void {
    this.firstRates.forEach((lr, i) => (this.groups[i].initialLr = lr));
  }

  private get firstRates(): number[] {
    const { maxLr, divFactor } = this.options;
    return ratesOf(this.name, 'maxLr', maxLr, this.groups).map((lr) => lr / divFactor);
  }

  private get total(): number {
    const { totalSteps, epochs, stepsPerEpoch } = this.options;
    return totalSteps ?? epochs! * stepsPerEpoch!;
  }

  private get phases(): readonly Phase[] {
    const { threePhase, pctStart } = this.options;
    const rising: Phase = { end: pctStart * this.total - 1, rate: 'largest', momentum: 'base' };
    const falling: Phase = { end: this.total - 1, rate: 'last', momentum: 'largest' };
    const back: Phase = { end: 2 * pctStart * this.total - 2, rate: 'first', momentum: 'largest' };
    return threePhase ? [rising, back, falling] : [rising, falling];
  }

  protected rates(): readonly number[] {
    if (this.lastEpoch > this.total)
      throw new ValueError(`OneCycleLR: step ${this.lastEpoch} is after the last; totalSteps is ${this.total}`);
    const { phases } = this;
    const found = phases.findIndex(({ end }) => this.lastEpoch <= end);
    const at = found < 0 ? phases.length - 1 : found;
    const before: Phase = phases[at - 1] ?? { end: 0, rate: 'first', momentum: 'largest' };
    const length = phases[at].end - before.end;
    const share = length === 0 ? 1 : (this.lastEpoch - before.end) / length;
    if (this.options.cycleMomentum) this.cycle(before, phases[at], share);
    return this.firstRates.map((first) => {
      const { divFactor, finalDivFactor } = this.options;
      const rate = { first, largest: first * divFactor, last: first / finalDivFactor };
      // a loop ends with a step after the last rate, where a line goes on below 0
      return Math.max(0, this.between(rate[before.rate], rate[phases[at].rate], share));
    });
  }

  private cycle(from: Phase, to: Phase, share: number): void {
    momentumRanges(this.name, this.options, this.groups).forEach(([base, largest], i) => {
      const momentum = { base, largest };
      setMomentum(this.groups[i], this.between(momentum[from.momentum], momentum[to.momentum], share));
    });
  }

  private between(from: number, to: number, share: number): number {
    if (this.options.annealStrategy === 'linear') return (to - from) * share + from;
    return to + ((from - to) / 2) * (Math.cos(Math.PI * share) + 1);
  }
}
