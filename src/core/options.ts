import { editDistance } from './edit-distance';
import { ValueError } from './errors';
import { listed } from './listed';

/** Options that are given at another place, and how one is given there. */
export interface Elsewhere {
  readonly names: readonly string[];
  readonly call: (name: string) => string;
}

/**
 * Checks an options object before it is read: JavaScript would take `new Linear(3, 4, false)` or a misspelt option for
 * no options at all.
 * @throws ValueError for anything but an object, and for an option that is not among `known`, naming the nearest one, or
 * the place where it is one
 */
export function checkOptions(where: string, options: unknown, known: readonly string[], elsewhere?: Elsewhere): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    const given = Array.isArray(options) ? 'a list' : typeof options === 'string' ? `'${options}'` : String(options);
    throw new ValueError(`${where}: options are one object with any of ${known.join(', ')}; not ${given}`);
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const hint = elsewhere?.names.includes(unknown)
    ? `it belongs in ${elsewhere.call(unknown)}`
    : suggest(unknown, known);
  throw new ValueError(`${where}: there is no option '${unknown}'; ${hint}`);
}

/** `did you mean 'bias'?` where a name comes near, else all of them, or the first of many. */
export function suggest(name: string, known: readonly string[]): string {
  if (known.includes(initials(name))) return `did you mean '${initials(name)}'?`;
  const distances = known.map((other) => editDistance(plain(name), plain(other)));
  const least = Math.min(...distances);
  const isNear = least <= Math.max(1, Math.floor(name.length / 3));
  return isNear ? `did you mean '${known[distances.indexOf(least)]}'?` : `known are ${listed(known, 40)}`;
}

/** Without what tells snake_case, camelCase and kebab-case apart. */
const plain = (name: string): string => name.replace(/[_-]/g, '').toLowerCase();

/** `lr` of `learningRate` and `learning_rate`. */
const initials = (name: string): string =>
  name
    .split(/[_-]|(?=[A-Z])/)
    .map((word) => word.charAt(0).toLowerCase())
    .join('');
