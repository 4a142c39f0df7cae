import { ValueError } from '../../core/errors';
import { show } from '../../module/shape-declaration';
import { LRScheduler, type SchedulerState } from './lr-scheduler';

export interface Composed {
  /** Of one optimizer, without ReduceLROnPlateau, whose steps need a measure. */
  schedulers: readonly LRScheduler[];
}

/** A scheduler that is made of others. */
export abstract class CompositeScheduler<O extends Composed> extends LRScheduler<O> {
  protected get schedulers(): readonly LRScheduler[] {
    return this.options.schedulers;
  }

  protected override check({ schedulers }: Composed): void {
    if (!Array.isArray(schedulers) || schedulers.length === 0)
      throw new ValueError(`${this.name}: schedulers are a list of at least one, not ${show(schedulers)}`);
    schedulers.forEach((scheduler: LRScheduler, i) => {
      const refuse = (what: string) => {
        throw new ValueError(`${this.name}: schedulers[${i}] ${what}`);
      };
      if (typeof scheduler?.undo !== 'function') refuse(`is no scheduler but ${show(scheduler)}`);
      if (scheduler.name === 'ReduceLROnPlateau')
        refuse('is ReduceLROnPlateau, whose steps need a measure; step it alone');
      if (scheduler.optimizer !== this.optimizer)
        refuse(`is a ${scheduler.name} made for another optimizer; all must have the same`);
    });
  }

  override stateDict(): SchedulerState {
    return { ...super.stateDict(), schedulers: this.schedulers.map((scheduler) => scheduler.stateDict()) };
  }

  override checkState(saved: SchedulerState): void {
    super.checkState(saved);
    if (saved.schedulers?.length !== this.schedulers.length)
      this.refuseState(
        `the state is of ${saved.schedulers?.length ?? 0} schedulers, here are ${this.schedulers.length}`,
      );
    this.schedulers.forEach((scheduler, i) => scheduler.checkState(saved.schedulers![i]));
  }

  override loadStateDict(saved: SchedulerState): void {
    super.loadStateDict(saved);
    this.schedulers.forEach((scheduler, i) => scheduler.loadStateDict(saved.schedulers![i]));
  }
}
