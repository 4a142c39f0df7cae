import { afterAll, expect, test, vi } from 'vitest';
import { mutants } from './fuzz/mutants';
import { runProgram, runTraining } from './fuzz/program';

afterAll(() => vi.resetModules());

test.each(mutants)('the fuzz finds out that $mistake', async ({ path, exports, trains, device = 'reference64' }) => {
  const file = `../../src/${path}`;
  vi.resetModules();
  vi.doMock(file, async (real) => {
    const actual = await real<object>();
    return { ...actual, ...exports(actual as never) };
  });
  try {
    const decograd = await import('decograd');
    decograd.setDefaultDevice(device);
    decograd.setThreads(1);
    (await import('../../src/backend/wasm/residents')).residence.smallest = 1;
    const tolerance = device === 'wasm' ? 1e-3 : 1e-9;
    const programs = async () => {
      for (let seed = 0; seed < 400; seed++)
        if (trains) await runTraining(seed, 15, 12, { decograd, tolerance });
        else await runProgram(seed, 60, { decograd, tolerance, force: seed % 2 === 1 });
    };
    await expect(programs()).rejects.toThrow(/^program \d+: /);
  } finally {
    vi.doUnmock(file);
  }
});
