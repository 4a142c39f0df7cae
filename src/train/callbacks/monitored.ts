import { ValueError } from '../../core/errors';
import { show } from '../../module/shape-declaration';
import type { Scores } from '../history';

/** @throws ValueError for what is no name of a number to go by */
export function checkMonitor(asker: string, monitor: unknown): void {
  if (monitor !== undefined && (typeof monitor !== 'string' || monitor === ''))
    throw new ValueError(`${asker}: monitor must be 'loss' or the name of a metric, not ${show(monitor)}`);
}

/** The loss or a metric by its name. @throws ValueError where there is no such number, naming those that there are */
export function monitored(asker: string, monitor: string, { loss, metrics }: Scores<string, unknown>): number {
  const values: Record<string, unknown> = { ...metrics, loss };
  const value = Object.hasOwn(values, monitor) ? values[monitor] : undefined;
  if (typeof value === 'number') return value;
  const numbers = Object.keys(values).filter((name) => typeof values[name] === 'number');
  throw new ValueError(`${asker}: there is no number '${monitor}' to monitor; there are ${numbers.join(', ')}`);
}
