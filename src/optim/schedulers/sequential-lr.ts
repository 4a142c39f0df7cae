import { ValueError } from '../../core/errors';
import type { Limits } from '../option-limits';
import { CompositeScheduler, type Composed } from './composite-scheduler';
import { required } from './lr-scheduler';
import { checkMilestones } from './multi-step-lr';

export interface SequentialLROptions extends Composed {
  /** The epochs at which the next scheduler takes over: one fewer than there are schedulers. */
  milestones: readonly number[];
}

const defaults: SequentialLROptions = { schedulers: required, milestones: required };
const limits: Limits<SequentialLROptions> = {};

/**
 * One scheduler after the other; each begins at its own epoch 0, from the first rates.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.SequentialLR.html
 * @throws ValueError for what is no optimizer, an option out of range, or a scheduler of another optimizer
 * @example
 * const warmUp = new LinearLR(optimizer, { startFactor: 0.1, totalIters: 5 });
 * const cosine = new CosineAnnealingLR(optimizer, { tMax: 95 });
 * const scheduler = new SequentialLR(optimizer, { schedulers: [warmUp, cosine], milestones: [5] });
 */
export class SequentialLR extends CompositeScheduler<SequentialLROptions> {
  get name(): string {
    return 'SequentialLR';
  }

  protected get defaults(): Required<SequentialLROptions> {
    return defaults;
  }

  protected get limits(): Limits<SequentialLROptions> {
    return limits;
  }

  protected override check(options: SequentialLROptions): void {
    super.check(options);
    const { schedulers, milestones } = options;
    checkMilestones(this.name, milestones);
    if (milestones.length !== schedulers.length - 1)
      throw new ValueError(
        `SequentialLR: ${schedulers.length} schedulers need ${schedulers.length - 1} milestones, not ${milestones.length}`,
      );
    if (milestones.some((epoch, i) => i > 0 && epoch <= milestones[i - 1]))
      throw new ValueError(`SequentialLR: milestones must grow, not be [${milestones.join(', ')}]`);
  }

  protected override start(): void {
    this.baseLrs = this.groups.map(({ initialLr, lr }) => initialLr ?? lr);
    this.schedulers.forEach((scheduler) => scheduler.undo());
    this.lastEpoch++;
    this.groups.forEach((group, i) => (group.lr = this.baseLrs[i]));
    this.schedulers[this.place()].redo();
    this.noteRates();
  }

  private place(): number {
    return this.options.milestones.filter((epoch) => epoch <= this.lastEpoch).length;
  }

  protected rates(): readonly number[] {
    const at = this.place();
    if (at > 0 && this.options.milestones[at - 1] === this.lastEpoch) this.schedulers[at].restart();
    else if (this.lastEpoch === 0) this.schedulers[at].redo();
    else this.schedulers[at].step();
    return this.currentLrs;
  }

  override undo(): void {
    this.schedulers[this.place()].undo();
    super.undo();
  }

  override restart(): void {
    this.lastEpoch = 0;
    this.groups.forEach((group, i) => (group.lr = this.baseLrs[i]));
    this.schedulers[this.place()].restart();
    this.noteRates();
  }
}
