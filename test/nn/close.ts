import { expect } from 'vitest';

/** |actual - wanted| <= 1e-6 + relative * |wanted|, everywhere. */
export function expectClose(actual: ArrayLike<number>, wanted: readonly number[], relative: number): void {
  expect(actual.length).toBe(wanted.length);
  const far = wanted.findIndex((value, i) => !(Math.abs(actual[i]! - value) <= 1e-6 + relative * Math.abs(value)));
  if (far >= 0) expect.fail(`element ${far} is ${actual[far]}, wanted ${wanted[far]}`);
}
