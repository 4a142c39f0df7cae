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
  if (!isWithin(value, limit)) throw refusal(where, option, value, limit, example);
}

/** Groups are checked with every step, so this says no more than yes or no. */
function isWithin(value: unknown, limit: Limit): boolean {
  if (typeof limit === 'string') return limits[limit].has(value);
  if (isList(limit)) return Array.isArray(value) && areWithin(value, limit);
  if ('nullOr' in limit) return value === null || limits[limit.nullOr].has(value);
  return limit.oneOf.includes(value);
}

function areWithin(values: readonly unknown[], each: readonly Limit[]): boolean {
  if (values.length !== each.length) return false;
  for (let i = 0; i < each.length; i++) if (!isWithin(values[i], each[i])) return false;
  return true;
}

const isList = (limit: Limit): limit is readonly Limit[] => Array.isArray(limit);

const words = ['no', 'one', 'two', 'three'];

function refusal(where: string, option: string, value: unknown, limit: Limit, example: unknown): ValueError {
  if (isList(limit)) {
    const such = example === undefined ? '' : `, such as [${(example as unknown[]).join(', ')}],`;
    if (!Array.isArray(value) || value.length !== limit.length)
      return new ValueError(`${where}: ${option} are ${words[limit.length]} numbers${such} not ${String(value)}`);
    const wrong = limit.findIndex((each, i) => !isWithin(value[i], each));
    return refusal(where, `${option}[${wrong}]`, value[wrong], limit[wrong], undefined);
  }
  return new ValueError(`${where}: ${option} must be ${allowed(limit)}, not ${show(value)}`);
}

function allowed(limit: Exclude<Limit, readonly Limit[]>): string {
  if (typeof limit === 'string') return limits[limit].text;
  return 'nullOr' in limit ? limits[limit.nullOr].text : `one of ${limit.oneOf.map(show).join(', ')}`;
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
