import { expect, it } from 'vitest';
import { numbersAfter, runExample } from './run-example';

it('three seeds reach 99.0% in the mean', { timeout: 1_800_000 }, async () => {
  const figures: number[] = [];
  for (const seed of [1, 2, 3]) {
    const lines = await runExample('digits-cnn.ts', '--seed', String(seed));
    figures.push(numbersAfter(lines, 'test accuracy').at(-1)!);
  }
  expect(figures.reduce((a, b) => a + b) / 3).toBeGreaterThanOrEqual(99);
});
