import * as library from 'decograd';
import { Adam, LRScheduler, Parameter, SGD, zeros, type Optimizer } from 'decograd';
import fixtures from '../fixtures/schedulers.json';

type Options = Record<string, unknown>;
interface Part {
  readonly name: string;
  readonly options: Options;
}
export interface Case extends Part {
  readonly optimizer: string;
  readonly lrs: readonly (readonly number[])[];
  readonly momenta?: readonly (readonly number[])[];
}
export const cases = fixtures.cases as unknown as readonly Case[];
export const titleOf = ({ name, optimizer, options }: Case): string => `${name} of ${optimizer} ${JSON.stringify(options)}`; // prettier-ignore

/** Every scheduler that the library exports: classes that say what their name is. */
export const exported = Object.fromEntries(
  Object.entries(library).filter(
    ([, value]) =>
      typeof value === 'function' && value.prototype instanceof LRScheduler && Object.hasOwn(value.prototype, 'name'),
  ),
) as unknown as Record<string, new (...args: any[]) => LRScheduler>;

/** The functions of test/oracle/schedulers.py. */
const functions: Record<string, (x: number) => number> = {
  decay: (epoch) => 0.9 ** epoch,
  alternate: (epoch) => (epoch % 3 === 0 ? 0.5 : 1.1),
  inverse: (x) => 1 / x,
  wave: (x) => 0.5 * (1 + Math.sin(x)),
};
const functionOf = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(functionOf) : (functions[value as string] ?? value);
/** PyTorch's spelling as ours: T_max is tMax. */
const ours = (key: string) =>
  (key[0]!.toLowerCase() + key.slice(1)).replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const optionsOf = (options: Options) =>
  Object.fromEntries(Object.entries(options).map(([key, value]) => [ours(key), functionOf(value)]));

/** Two groups with the rates of the fixtures. */
export function optimizerOf(kind: string): Optimizer<any> {
  const groups = fixtures.rates.map((lr) => ({ params: [new Parameter(zeros([2]))], lr }));
  return kind === 'SGD' ? new SGD(groups, { momentum: 0.9 }) : new Adam(groups);
}

export function schedulerOf(optimizer: Optimizer<any>, { name, options }: Part): LRScheduler {
  const { parts, milestones } = options as { parts?: Part[]; milestones?: number[] };
  if (!parts) return new exported[name]!(optimizer, optionsOf(options));
  const schedulers = parts.map((part) => schedulerOf(optimizer, part));
  return name === 'SequentialLR'
    ? new exported[name]!(optimizer, { schedulers, milestones })
    : new exported[name]!(schedulers);
}

/** The next step of a scheduler, which for one of them needs a measure. */
export function advance(scheduler: LRScheduler, epoch: number): void {
  if (scheduler.name === 'ReduceLROnPlateau') scheduler.step(fixtures.measures[epoch]);
  else scheduler.step();
}
