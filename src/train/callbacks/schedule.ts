import { ValueError } from '../../core/errors';
import { checkOptions } from '../../core/options';
import type { StateTree } from '../../io';
import { show } from '../../module/shape-declaration';
import { ReduceLROnPlateau } from '../../optim';
import type { Awaitable, Callback, Run } from '../events';
import type { Scores } from '../history';
import { checkMeasured, checkMonitor, monitored } from './monitored';

/** What can be stepped: a scheduler, or anything like one. */
export interface Steppable {
  step(metric?: number): Awaitable;
  /** Whose rates it sets, if it says so. */
  readonly optimizer?: object;
  stateDict?(): object;
  loadStateDict?(state: never): void;
}

export interface ScheduleOptions {
  /** When to step: after every epoch, or after every step of the optimizer. Default 'epoch'. */
  readonly per?: 'epoch' | 'step';
  /**
   * What the scheduler is given: 'loss' or the name of a metric, of the validation where there is one, and of the training
   * where it steps after each step. Epochs that a run with validation does not validate are left out then. Default: nothing.
   */
  readonly monitor?: string;
}

/**
 * Steps a scheduler of learning rates after every epoch or every step of the optimizer. `ReduceLROnPlateau` is given what
 * `monitor` names. Where the scheduler has a state, checkpoints keep it.
 *
 * PyTorch: https://docs.pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate
 * @throws ValueError for what has no `step`, for options out of range, for ReduceLROnPlateau without `monitor`; at the start
 *   of a run for a scheduler of an optimizer that is not the run's, and for a metric that there is not
 * @example
 * const optimizer = new SGD(model, { lr: 0.1 });
 * const callbacks = [schedule(new CosineAnnealingLR(optimizer, { tMax: 100 }), { per: 'step' })];
 */
export function schedule(scheduler: Steppable, options: ScheduleOptions = {}): Callback {
  check(scheduler, options);
  const { per = 'epoch', monitor } = options;
  const step = (scores: Scores<string, unknown>) =>
    monitor === undefined ? scheduler.step() : scheduler.step(monitored('schedule', monitor, scores));
  const isLeftOut = (run: Run, validation: unknown) =>
    monitor !== undefined && run.validates && validation === undefined;
  return {
    name: 'schedule',
    onFitStart(run) {
      checkOptimizer(scheduler, run);
      checkMeasured('schedule', monitor, run);
    },
    ...(per === 'step'
      ? { onStepEnd: (_run, record) => step(record) }
      : {
          onEpochEnd: (run, record) =>
            isLeftOut(run, record.validation) ? undefined : step(record.validation ?? record),
        }),
    stateDict: () => scheduler.stateDict?.() as StateTree,
    loadStateDict: (state) => scheduler.loadStateDict?.(state as never),
  };
}

function check(scheduler: Steppable, options: ScheduleOptions): void {
  if (typeof (scheduler as Partial<Steppable> | null | undefined)?.step !== 'function')
    throw new ValueError(`schedule: takes a scheduler, which has a method step, first, not ${show(scheduler)}`);
  checkOptions('schedule', options, ['per', 'monitor']);
  const { per = 'epoch', monitor } = options;
  if (per !== 'epoch' && per !== 'step')
    throw new ValueError(`schedule: per must be 'epoch' or 'step', not ${show(per)}`);
  checkMonitor('schedule', monitor);
  if (scheduler instanceof ReduceLROnPlateau && monitor === undefined)
    throw new ValueError("schedule: ReduceLROnPlateau goes by a number; give monitor, 'loss' or the name of a metric");
}

function checkOptimizer({ optimizer }: Steppable, { optimizers }: Run): void {
  if (optimizer === undefined || (optimizers as readonly object[]).includes(optimizer)) return;
  throw new ValueError(
    'schedule: the scheduler is of an optimizer that the trainer does not have, so its rates would reach nothing; make it ' +
      "from the trainer's, such as new StepLR(optimizer, { stepSize: 10 })",
  );
}
