import type { History, Scores } from '../../history';
import type { Point } from './thinning';

/** What was measured of one part of the data. */
export interface Curve {
  readonly part: 'training' | 'validation';
  readonly points: readonly Point[];
}

/** A loss or metric over epochs, or over steps. */
export interface Curves {
  readonly name: string;
  readonly by: 'epoch' | 'step';
  readonly curves: readonly Curve[];
}

type Measured = Scores<string, unknown>;

/** Of a loss or metric, where it is one number. */
export function numberOf({ loss, metrics }: Measured, name: string): number | undefined {
  const value = name === 'loss' ? loss : Object.hasOwn(metrics, name) ? metrics[name] : undefined;
  return typeof value === 'number' ? value : undefined;
}

/** Every loss and metric that is one number somewhere: the loss first. */
export function measuredNames({ epochs, steps = [], validations = [] }: History): string[] {
  const records: Measured[] = [...epochs, ...epochs.flatMap(({ validation = [] }) => validation), ...validations, ...steps.slice(0, 1)]; // prettier-ignore
  const names = new Set(records.flatMap(({ metrics }) => Object.keys(metrics)));
  return ['loss', ...[...names].filter((name) => records.some((record) => numberOf(record, name) !== undefined))];
}

/** Over epochs. */
export function epochCurves({ epochs }: History, name: string): Curves {
  const validated = epochs.flatMap(({ epoch, validation }) => (validation ? [{ ...validation, at: epoch }] : []));
  const trained = epochs.map((record) => ({ ...record, at: record.epoch }));
  return { name, by: 'epoch', curves: both(name, trained, validated) };
}

/** Over steps; nothing where none were recorded. */
export function stepCurves({ steps = [], validations = [] }: History, name: string): Curves {
  const at = (records: readonly (Measured & { readonly step: number })[]): At[] =>
    records.map((record) => ({ ...record, at: record.step }));
  return { name, by: 'step', curves: both(name, at(steps), at(validations)) };
}

type At = Measured & { readonly at: number };

function both(name: string, trained: readonly At[], validated: readonly At[]): Curve[] {
  const curve = (part: Curve['part'], records: readonly At[]): Curve => ({ part, points: records.flatMap((record) => pointOf(record, name)) }); // prettier-ignore
  return [curve('training', trained), curve('validation', validated)].filter(({ points }) => points.length > 0);
}

function pointOf(record: At, name: string): Point[] {
  const y = numberOf(record, name);
  return y === undefined ? [] : [{ x: record.at, y }];
}
