import * as library from 'decograd';
import { expect, test } from 'vitest';
import { Program } from './program';

test('random programs give what an eager oracle gives', async () => {
  library.setDefaultDevice('reference64');
  let [reads, refused] = [0, 0];
  const first = Number(process.env.SEED ?? 0), count = Number(process.env.COUNT ?? 2000);
  const began = performance.now();
  if (process.env.LOG) (globalThis as any).LOG = console.log;
  for (let seed = first; seed < first + count; seed++) {
    try {
      const outcome = await new Program(seed, { library, tolerance: 1e-9 }).run(60);
      reads += outcome.reads.length;
      refused += outcome.refused;
    } catch (error) {
      throw new Error(`program ${seed}: ${(error as Error).message}`, { cause: error });
    }
  }
  console.log({ reads, refused, ms: performance.now() - began });
  expect(reads).toBeGreaterThan(count);
});
