// Checks of the options of layers and losses. Each hands the value on, or throws an error that names who was given it, the
// option, the value and the range.
import { ValueError } from '../core/errors';
import { show } from './shape-declaration';

/** What is allowed beside being finite, and how errors say so. */
const ranges = {
  any: { has: () => true, text: 'a finite number' },
  positive: { has: (n: number) => n > 0, text: 'a number above 0' },
  notNegative: { has: (n: number) => n >= 0, text: 'a number of at least 0' },
} as const;

/** A number. @throws ValueError where it is none, or outside of the range */
export function numberOption(layer: string, name: string, given: number, range: keyof typeof ranges = 'any'): number {
  if (typeof given === 'number' && Number.isFinite(given) && ranges[range].has(given)) return given;
  throw new ValueError(`${layer}: ${name} must be ${ranges[range].text}, not ${show(given)}`);
}

const isCount = (n: unknown, least: number): boolean => Number.isInteger(n) && (n as number) >= least;

/** A whole number. @throws ValueError where it is none or below `least` */
export function countOf(layer: string, name: string, given: number, least = 1): number {
  if (isCount(given, least)) return given;
  throw new ValueError(`${layer}: ${name} must be a whole number of at least ${least}, not ${show(given)}`);
}

/** One number for all axes, or one for each. */
export type Sizes = number | readonly number[];

/** A number for each axis. @throws ValueError where they are no whole numbers of at least `least`, or not as many */
export function sizesOf(layer: string, name: string, given: Sizes, rank: number, least = 1): readonly number[] {
  const list: readonly number[] = typeof given === 'number' ? new Array<number>(rank).fill(given) : given;
  if (Array.isArray(list) && list.length === rank && list.every((n) => isCount(n, least))) return list;
  const many = rank === 1 ? 'a whole number' : `a whole number or a list of ${rank}`;
  throw new ValueError(`${layer}: ${name} must be ${many} of at least ${least}, not ${show(given)}`);
}

/** True or false. @throws ValueError for anything else */
export function flagOf(layer: string, name: string, given: boolean): boolean {
  if (typeof given === 'boolean') return given;
  throw new ValueError(`${layer}: ${name} must be true or false, not ${show(given)}`);
}
