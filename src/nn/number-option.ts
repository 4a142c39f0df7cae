import { ValueError } from '../core/errors';
import { show } from '../module/shape-declaration';

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
