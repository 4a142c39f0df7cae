import * as decograd from 'decograd';
import { expect, test } from 'vitest';
import { runProgram, runTraining } from './fuzz/program';

test('20,000 random programs give what an eager oracle gives', async () => {
  decograd.setDefaultDevice('reference64');
  let reads = 0;
  for (let seed = 0; seed < 20_000; seed++)
    reads += (await runProgram(seed, 60, { decograd, tolerance: 1e-9, force: seed % 2 === 1 })).length;
  expect(reads).toBeGreaterThan(1_000_000);
});

test('10,000 random training runs give what an eager oracle gives', async () => {
  decograd.setDefaultDevice('reference64');
  for (let seed = 0; seed < 10_000; seed++) await runTraining(seed, 15, 12, { decograd, tolerance: 1e-9 });
});
