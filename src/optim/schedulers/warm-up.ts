import { checkOptions } from '../../core/options';
import { checkOption } from '../option-limits';
import { LinearLR } from './linear-lr';
import type { LRScheduler } from './lr-scheduler';
import { SequentialLR } from './sequential-lr';

export interface WarmUpOptions {
  /** How many epochs the rate rises; the schedule begins after them. */
  readonly totalIters: number;
  /** What the rate is multiplied with at first, above 0 and at most 1. Default 1/3. */
  readonly startFactor?: number;
}

/**
 * A schedule with a warm-up before it: the rate rises along a line to its first value, then the schedule begins. The same as
 * a {@link LinearLR} and the schedule in a {@link SequentialLR}.
 * @throws ValueError for an option that is unknown or out of range
 * @example const scheduler = warmUp(new CosineAnnealingLR(optimizer, { tMax: 95 }), { totalIters: 5 });
 */
export function warmUp(schedule: LRScheduler, options: WarmUpOptions): SequentialLR {
  checkOptions('warmUp', options, ['totalIters', 'startFactor']);
  checkOption('warmUp', 'totalIters', options.totalIters, 'count');
  const rise = new LinearLR(schedule.optimizer, options);
  return new SequentialLR(schedule.optimizer, { schedulers: [rise, schedule], milestones: [options.totalIters] });
}
