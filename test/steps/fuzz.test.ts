import * as decograd from 'decograd';
import { expect, test } from 'vitest';
import { residence } from '../../src/backend/wasm/residents';
import { runProgram, runTraining } from './fuzz/program';

/** How many values the programs from `first` on read; the library is checked at each of them. */
async function reads(programs: number, device: string, tolerance: number): Promise<number> {
  decograd.setDefaultDevice(device);
  let count = 0;
  for (let seed = 0; seed < programs; seed++)
    count += (await runProgram(seed, 60, { decograd, tolerance, force: seed % 2 === 1 })).length;
  return count;
}

test('random programs give what an eager oracle gives, in double precision', async () => {
  expect(await reads(1000, 'reference64', 1e-9)).toBeGreaterThan(40_000);
});

test('random programs give what an eager oracle gives, in single precision', async () => {
  expect(await reads(200, 'wasm', 1e-3)).toBeGreaterThan(8_000);
});

test('random programs give it too where every version is written over the one before it', async () => {
  const { smallest } = residence;
  residence.smallest = 1;
  decograd.setThreads(1);
  try {
    expect(await reads(400, 'wasm', 1e-3)).toBeGreaterThan(16_000);
  } finally {
    residence.smallest = smallest;
  }
});

test.each([1, 12])('evaluating at odd moments changes no bit of what is read; axes %i times as long', async (size) => {
  decograd.setDefaultDevice('wasm');
  const settings = { decograd, tolerance: 1e-3, safe: true, size };
  let compared = 0;
  for (let seed = 0; seed < 120 / size; seed++) {
    const silent = await runProgram(seed, 60, settings);
    const forced = await runProgram(seed, 60, { ...settings, force: true });
    // one may refuse what the other has kept by chance: from there on they are two programs
    const parted = silent.findIndex(({ at, values }, i) => at !== forced[i]?.at || !values !== !forced[i].values);
    const together = parted < 0 ? silent.length : parted;
    expect(forced.slice(0, together)).toEqual(silent.slice(0, together));
    compared += together;
  }
  expect(compared).toBeGreaterThan(3000 / size);
});

test.each([
  ['reference64', 1e-9],
  ['wasm', 1e-3],
] as const)('random training runs give what an eager oracle gives, on %s', async (device, tolerance) => {
  decograd.setDefaultDevice(device);
  for (let seed = 0; seed < 200; seed++) await runTraining(seed, 15, 12, { decograd, tolerance });
});
