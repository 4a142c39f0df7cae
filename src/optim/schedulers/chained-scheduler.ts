import type { Limits } from '../option-limits';
import type { Optimizer } from '../optimizer';
import { CompositeScheduler, type Composed } from './composite-scheduler';
import { required, type LRScheduler } from './lr-scheduler';

const defaults: Composed = { schedulers: required };
const limits: Limits<Composed> = {};

/**
 * Several schedulers at once: each step is one of each, in their order, on the rates that the one before has set.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ChainedScheduler.html
 * @param optimizer by default that of the first scheduler
 * @throws ValueError for no scheduler, or one of another optimizer
 * @example
 * const scheduler = new ChainedScheduler([
 *   new ConstantLR(optimizer, { factor: 0.1, totalIters: 2 }),
 *   new ExponentialLR(optimizer, { gamma: 0.9 }),
 * ]);
 */
export class ChainedScheduler extends CompositeScheduler<Composed> {
  get name(): string {
    return 'ChainedScheduler';
  }

  protected get defaults(): Required<Composed> {
    return defaults;
  }

  protected get limits(): Limits<Composed> {
    return limits;
  }

  constructor(schedulers: readonly LRScheduler[], optimizer: Optimizer<any> = schedulers?.[0]?.optimizer) {
    super(optimizer, { schedulers });
  }

  protected override start(): void {
    this.lastEpoch++;
    this.baseLrs = this.groups.map(({ initialLr, lr }) => initialLr ?? lr);
    this.noteRates();
  }

  protected rates(isInitial: boolean): readonly number[] {
    this.schedulers.forEach((scheduler) => (isInitial ? scheduler.redo() : scheduler.step()));
    return this.currentLrs;
  }

  override undo(): void {
    super.undo();
    this.schedulers.forEach((scheduler) => scheduler.undo());
  }

  override restart(): void {
    this.groups.forEach((group, i) => (group.lr = this.baseLrs[i]));
    this.schedulers.forEach((scheduler) => {
      scheduler.lastEpoch = -1;
      scheduler.redo();
    });
    this.lastEpoch = 0;
    this.noteRates();
  }
}
