import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { device } from 'decograd';
import { devices } from './devices';
import { allSamples, torchVersion, type Sample } from './fixtures';
import { check } from './run';

/** An interpreter with PyTorch; SEED repeats a run, EACH is the number of cases for each operation. */
const { PYTHON: python, SEED: seed = Date.now() % 2 ** 31, EACH: each = 6 } = process.env;

function ask(interpreter: string): { torch: string; cases: Sample[] } {
  const input = JSON.stringify({ seed: Number(seed), each: Number(each) });
  return JSON.parse(
    execFileSync(interpreter, ['test/oracle/live_ops.py'], { input, maxBuffer: 2 ** 28, encoding: 'utf8' }),
  );
}

if (python) {
  const { torch, cases } = ask(python);
  const operations = [...new Set(cases.map(({ op }) => op))];

  describe.each(devices)(`random shapes, as PyTorch ${torch} answers them (SEED=${seed}), on %s`, (name) => {
    beforeAll(async () => void (await device(name)));
    it.each(operations)('%s', async (op) => {
      const samples = cases.filter((sample) => sample.op === op);
      for (const sample of samples) await check(sample);
    });
  });

  it('PyTorch is asked for every operation that has a tensor to work on', () => {
    const tensors = allSamples.filter(({ args }) => JSON.stringify(args).includes('"values"'));
    expect(operations.sort()).toEqual([...new Set(tensors.map(({ op }) => op))].sort());
    expect(torch).toBe(torchVersion);
  });
} else {
  const reason = 'PyTorch is not asked live: PYTHON names no interpreter that has it; fixtures alone are compared';
  it(reason, () => {
    console.info(reason);
    expect(process.env.PYTHON ?? '').toBe('');
  });
}
