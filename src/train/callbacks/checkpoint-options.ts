import { ValueError } from '../../core/errors';
import { checkOptions } from '../../core/options';
import { countOf, flagOf, numberOption } from '../../module/option-checks';
import { show } from '../../module/shape-declaration';
import { checkIdle, checkMonitoring, type Monitoring } from './monitored';

/** How often: after so many epochs, steps of the optimizer, batches, or minutes. */
export type Rhythm = { readonly epochs: number } | { readonly steps: number } | { readonly batches: number } | { readonly minutes: number }; // prettier-ignore

/** With `monitor`, the best stay too. */
export interface CheckpointOptions extends Monitoring {
  /** Default: after every epoch. The end of a run, Ctrl-C and `maxSteps` included, always leaves one. */
  readonly every?: Rhythm;
  /** How many of the newest stay. Default 2, so that there is one even if the last were damaged. */
  readonly keepLast?: number;
  /** How many of the best stay. Default 1, with `monitor`. */
  readonly keepBest?: number;
  /** Deletes what an earlier run has left in the folder. Default false: it is refused. */
  readonly overwrite?: boolean;
}

const rhythms = ['epochs', 'steps', 'batches', 'minutes'];

/** @throws ValueError saying which option of `checkpoint` cannot be, and what can */
export function checkCheckpoint(options: CheckpointOptions): void {
  checkOptions('checkpoint', options, ['every', 'keepLast', 'monitor', 'mode', 'keepBest', 'overwrite']);
  const { every, keepLast = 2, overwrite = false } = options;
  if (every !== undefined) checkRhythm(every);
  if (keepLast !== Infinity) countOf('checkpoint', 'keepLast', keepLast);
  flagOf('checkpoint', 'overwrite', overwrite);
  checkRanking(options);
}

function checkRhythm(every: Rhythm): void {
  const [unit, count, ...others] = typeof every === 'object' ? (Object.entries(every).flat() as [string, unknown]) : [];
  if (unit === undefined || !rhythms.includes(unit) || others.length > 0)
    throw new ValueError(`checkpoint: every must be one of ${rhythms.map((name) => `{ ${name} }`).join(', ')}, not ${show(every)}`); // prettier-ignore
  if (unit === 'minutes') numberOption('checkpoint', 'every.minutes', count as number, 'positive');
  else countOf('checkpoint', `every.${unit}`, count as number);
}

function checkRanking({ keepBest, ...monitoring }: CheckpointOptions): void {
  checkMonitoring('checkpoint', monitoring);
  if (keepBest !== undefined) countOf('checkpoint', 'keepBest', keepBest);
  checkIdle('checkpoint', 'keepBest', keepBest, monitoring.monitor);
}
