import { checkOption, type Limits } from '../option-limits';
import { LRScheduler, required } from './lr-scheduler';

export interface CosineAnnealingWarmRestartsOptions {
  /** PyTorch's T_0: the epochs until the first restart. */
  t0: number;
  /** PyTorch's T_mult: how many times longer every cycle is than the one before. Default 1. */
  tMult?: number;
  /** The least rate. Default 0. */
  etaMin?: number;
}

const defaults: Required<CosineAnnealingWarmRestartsOptions> = { t0: required, tMult: 1, etaMin: 0 };
const limits: Limits<CosineAnnealingWarmRestartsOptions> = { t0: 'count', tMult: 'count', etaMin: 'notNegative' };

/** Epochs since the last restart, and those of the cycle. */
type Cycle = { current: number; length: number };

/**
 * The rate falls to etaMin along half a cosine, then starts again from where it began.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CosineAnnealingWarmRestarts.html,
 * https://arxiv.org/abs/1608.03983
 * @throws ValueError for what is no optimizer, or an option out of range
 * @example
 * const scheduler = new CosineAnnealingWarmRestarts(optimizer, { t0: 10, tMult: 2 });
 * scheduler.step(epoch + batch / batches); // within an epoch; or scheduler.step() after each
 */
export class CosineAnnealingWarmRestarts extends LRScheduler<CosineAnnealingWarmRestartsOptions, Cycle> {
  get name(): string {
    return 'CosineAnnealingWarmRestarts';
  }

  protected get defaults(): Required<CosineAnnealingWarmRestartsOptions> {
    return defaults;
  }

  protected get limits(): Limits<CosineAnnealingWarmRestartsOptions> {
    return limits;
  }

  protected override begin(): Cycle {
    return { current: this.lastEpoch, length: this.options.t0 };
  }

  /** @param epoch any place, parts of an epoch too; without it the next whole one */
  override step(epoch?: number): void {
    if (epoch === undefined) return this.advance(false);
    checkOption(this.name, 'the epoch', epoch, 'notNegative');
    this.memory = this.cycleAt(epoch);
    this.lastEpoch = Math.floor(epoch);
    this.setRates(this.rates());
  }

  protected override advance(_isInitial: boolean): void {
    if (this.lastEpoch < 0) return this.step(0);
    const { current, length } = this.memory;
    const isOver = current + 1 >= length;
    const { tMult } = this.options;
    this.memory = isOver
      ? { current: (current + 1) % length, length: length * tMult }
      : { current: current + 1, length };
    this.lastEpoch++;
    this.setRates(this.rates());
  }

  override restart(): void {
    this.step(0);
  }

  private cycleAt(epoch: number): Cycle {
    const { t0, tMult } = this.options;
    let [current, length] = [epoch, t0];
    if (tMult === 1) return { current: current % t0, length };
    while (current >= length) [current, length] = [current - length, length * tMult];
    return { current, length };
  }

  protected rates(): readonly number[] {
    const { etaMin } = this.options;
    const { current, length } = this.memory;
    return this.baseLrs.map((lr) => etaMin + ((lr - etaMin) * (1 + Math.cos((Math.PI * current) / length))) / 2);
  }
}
