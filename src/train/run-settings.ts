import { className } from '../module/metadata';
import type { FitOptions } from './fit-options';
import type { AnyTrainerOptions } from './trainer-options';

/** The value of an option that can be written down. */
export type Setting = string | number | boolean;

/** What was said to the Trainer and to `fit`, as far as it can be written down: `{ loss: 'mseLoss', 'validateEvery.steps': 50 }`. */
export function settingsOf(trainer: AnyTrainerOptions, fit: FitOptions): Readonly<Record<string, Setting>> {
  const { loss, ...others } = trainer;
  const { progress: _bar, profile: _trace, ...run } = fit; // what is shown of a run makes it no other
  const name = typeof loss === 'function' ? loss.name : className(loss);
  return Object.fromEntries(Object.entries({ loss: name, ...others, ...run }).flatMap(plainOptions));
}

function plainOptions([name, value]: [string, unknown]): [string, Setting][] {
  if (isSetting(value)) return [[name, value]];
  if (typeof value !== 'object' || value === null || value.constructor !== Object) return [];
  return Object.entries(value).flatMap(([part, own]) => (isSetting(own) ? [[`${name}.${part}`, own]] : []));
}

const isSetting = (value: unknown): value is Setting => ['string', 'number', 'boolean'].includes(typeof value);
