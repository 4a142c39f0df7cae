import { expect, test } from 'vitest';
import { runFuzz } from './fuzz/run';

test('200,000 damaged files and hostile pickles end in errors of the library or in values', async () => {
  const { refused, read, slowest, grown } = await runFuzz(0, 200_000);
  console.log(`${refused} refused, ${read} read; the slowest took ${slowest.toFixed(0)} ms; grown by ${(grown / 2 ** 20).toFixed(0)} MiB`); // prettier-ignore
  expect(refused).toBeGreaterThan(100_000);
  expect(read).toBeGreaterThan(20_000);
  expect(slowest).toBeLessThan(10_000);
  expect(grown).toBeLessThan(2 ** 30);
});
