// What options of optimizers and schedulers may be, as data: each class names the limits of its options.
import { ValueError } from '../core/errors';
import { show } from '../module/shape-declaration';

const number = (holds: (n: number) => boolean) => (x: unknown) => Number.isFinite(x) && holds(x as number);

const limits = {
  any: { has: number(() => true), text: 'a finite number' },
  notNegative: { has: number((n) => n >= 0), text: 'a finite number of at least 0' },
  notPositive: { has: number((n) => n <= 0), text: 'a finite number of at most 0' },
  positive: { has: number((n) => n > 0), text: 'a finite number above 0' },
  atLeastOne: { has: number((n) => n >= 1), text: 'a finite number of at least 1' },
  aboveOne: { has: number((n) => n > 1), text: 'a finite number above 1' },
  belowOne: { has: number((n) => n >= 0 && n < 1), text: 'from 0 to below 1' },
  insideOne: { has: number((n) => n > 0 && n < 1), text: 'above 0 and below 1' },
  upToOne: { has: number((n) => n > 0 && n <= 1), text: 'above 0 and at most 1' },
  fraction: { has: number((n) => n >= 0 && n <= 1), text: 'from 0 to 1' },
  count: { has: number((n) => Number.isInteger(n) && n >= 1), text: 'a whole number of at least 1' },
  countOrZero: { has: number((n) => Number.isInteger(n) && n >= 0), text: 'a whole number of at least 0' },
  flag: { has: (x: unknown) => typeof x === 'boolean', text: 'true or false' },
  fn: { has: (x: unknown) => typeof x === 'function', text: 'a function' },
} as const;

export type LimitName = keyof typeof limits;
/** A limit; one for each number of a fixed list; what there is to choose from; a limit that null is let through by as well. */
export type Limit =
  LimitName | readonly Limit[] | { readonly oneOf: readonly unknown[] } | { readonly nullOr: LimitName };
/** The limits of options by name. */
export type Limits<O> = { readonly [K in keyof O]?: Limit };

/** @throws ValueError that names the class, the option, its value and what is allowed */
export function checkOption(where: string, option: string, value: unknown, limit: Limit, example?: unknown): void {
  if (typeof limit === 'string') return checkOne(where, option, value, limits[limit].has, limits[limit].text);
  if (Array.isArray(limit)) return checkList(where, option, value, limit as readonly Limit[], example);
  if ('nullOr' in limit) {
    if (value !== null) checkOption(where, option, value, limit.nullOr);
    return;
  }
  const { oneOf } = limit as { oneOf: readonly unknown[] };
  checkOne(where, option, value, (x) => oneOf.includes(x), `one of ${oneOf.map(show).join(', ')}`);
}

function checkOne(where: string, option: string, value: unknown, has: (x: unknown) => boolean, text: string): void {
  if (!has(value)) throw new ValueError(`${where}: ${option} must be ${text}, not ${show(value)}`);
}

const words = ['no', 'one', 'two', 'three'];

function checkList(where: string, option: string, value: unknown, each: readonly Limit[], example: unknown): void {
  if (!Array.isArray(value) || value.length !== each.length) {
    const such = example === undefined ? '' : `, such as [${(example as unknown[]).join(', ')}],`;
    throw new ValueError(`${where}: ${option} are ${words[each.length]} numbers${such} not ${String(value)}`);
  }
  each.forEach((limit, i) => checkOption(where, `${option}[${i}]`, (value as unknown[])[i], limit));
}

/** An option that has a limit, and its default. */
export interface LimitedOption {
  readonly option: string;
  readonly limit: Limit;
  readonly example: unknown;
}

/** All options that have a limit; those whose default is true or false must be true or false. */
export function limitedOptions<O extends object>(defaults: O, limitsOf: Limits<O>): readonly LimitedOption[] {
  return (Object.keys(defaults) as (keyof O & string)[]).flatMap((option) => {
    const limit = limitsOf[option] ?? (typeof defaults[option] === 'boolean' ? 'flag' : undefined);
    return limit === undefined ? [] : [{ option, limit, example: defaults[option] }];
  });
}

/** @throws ValueError as `checkOption`, for the first option beyond its limit */
export function checkLimits(where: string, options: object, limited: readonly LimitedOption[]): void {
  const values = options as Readonly<Record<string, unknown>>;
  for (const { option, limit, example } of limited) checkOption(where, option, values[option], limit, example);
}
