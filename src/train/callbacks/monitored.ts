import { ValueError } from '../../core/errors';
import { show } from '../../module/shape-declaration';
import type { Run } from '../events';
import type { Scores } from '../history';

/** The number that a run is judged by. */
export interface Monitoring {
  /** 'loss' or the name of a metric, of the validation where there is one. */
  readonly monitor?: string;
  /** Whether a larger or a smaller value is better. Default 'min' for the loss; a metric needs it. */
  readonly mode?: 'min' | 'max';
}

/** @throws ValueError for what is no name of a number to go by */
export function checkMonitor(asker: string, monitor: unknown): void {
  if (monitor !== undefined && (typeof monitor !== 'string' || monitor === ''))
    throw new ValueError(`${asker}: monitor must be 'loss' or the name of a metric, not ${show(monitor)}`);
}

/** @throws ValueError also where it is not known which of two is better */
export function checkMonitoring(asker: string, { monitor, mode }: Monitoring): void {
  checkMonitor(asker, monitor);
  if (mode !== undefined && mode !== 'min' && mode !== 'max')
    throw new ValueError(`${asker}: mode must be 'min' or 'max', not ${show(mode)}`);
  checkIdle(asker, 'mode', mode, monitor);
  if (monitor !== undefined && monitor !== 'loss' && mode === undefined)
    throw new ValueError(`${asker}: is a larger ${monitor} better? Give mode 'max', or 'min' if a smaller one is`);
}

/** @throws ValueError for an option that only says more about `monitor`, where there is none */
export function checkIdle(asker: string, option: string, value: unknown, monitor: string | undefined): void {
  if (monitor === undefined && value !== undefined)
    throw new ValueError(`${asker}: ${option} has no effect without monitor; name 'loss' or a metric`);
}

/** @throws ValueError before anything is trained where the run will have no such number, as far as that is known then */
export function checkMeasured(asker: string, monitor: string | undefined, { metrics }: Run): void {
  if (monitor === undefined || monitor === 'loss' || metrics === undefined || metrics.includes(monitor)) return;
  throw missing(asker, monitor, [...metrics, 'loss']);
}

/** The loss or a metric by its name. @throws ValueError where there is no such number, naming those that there are */
export function monitored(asker: string, monitor: string, { loss, metrics }: Scores<string, unknown>): number {
  const values: Record<string, unknown> = { ...metrics, loss };
  const value = Object.hasOwn(values, monitor) ? values[monitor] : undefined;
  if (typeof value === 'number') return value;
  const numbers = Object.keys(values).filter((name) => typeof values[name] === 'number');
  throw missing(asker, monitor, numbers);
}

const missing = (asker: string, monitor: string, numbers: readonly string[]): ValueError =>
  new ValueError(`${asker}: there is no number '${monitor}' to monitor; there are ${numbers.join(', ')}`);
