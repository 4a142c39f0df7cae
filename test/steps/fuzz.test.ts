import * as library from 'decograd';
import { expect, test } from 'vitest';
import { runProgram } from './fuzz/program';

const first = Number(process.env.SEED ?? 0);
const count = Number(process.env.COUNT ?? 2000);

test('random programs give what an eager oracle gives', async () => {
  library.setDefaultDevice('reference64');
  let [reads, refused] = [0, 0];
  const t = performance.now();
  for (let seed = first; seed < first + count; seed++) {
    const outcome = await runProgram(seed, 60, { library, tolerance: 1e-9, force: seed % 2 === 1 });
    reads += outcome.reads.length;
    refused += outcome.refused;
  }
  if (process.env.COUNT) console.log({ reads, refused, ms: performance.now() - t });
  expect(reads).toBeGreaterThan(20 * count);
});
