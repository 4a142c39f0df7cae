import { expect, it } from 'vitest';
import { runFuzz } from './fuzz/run';

it('3,000 damaged files and hostile pickles end in errors of the library or in values', async () => {
  const { refused, read, slowest, grown } = await runFuzz(1e6, 3000);
  expect(refused).toBeGreaterThan(1500);
  expect(read).toBeGreaterThan(300);
  expect(slowest).toBeLessThan(10_000);
  expect(grown).toBeLessThan(2 ** 30);
});
