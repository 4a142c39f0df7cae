import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'decograd-memory-'));
const program = join(folder, 'endless.cjs');
// A bundle, since the compiler's garbage in the same process would hide tens of MB of ours.
beforeAll(() => build({ entryPoints: ['test/steps/endless.ts'], outfile: program, bundle: true, platform: 'node', format: 'cjs', conditions: ['decograd-source'], external: ['gpu.js'], logLevel: 'error' })); // prettier-ignore
afterAll(() => rmSync(folder, { recursive: true }));

/** V8 lets its young generation grow by up to 16 MB at a time, whenever it likes: at its full size, what grows is ours. */
const settled = ['--min-semi-space-size=16', '--expose-gc'];

/** By how many MB resident memory grows in a loop after its first tenth. */
async function growthIn(loop: string, count: number): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [...settled, program, loop, String(count)]);
  const resident = stdout.split(' ').map(Number);
  expect(resident.length).toBe(10);
  return resident[9] - resident[0];
}

test.each([
  ['20,000 steps by hand, with no await', 'byHand', 20_000],
  ['20,000 steps by hand, each awaited', 'byHandWithAwait', 20_000],
  ['20,000 steps by Trainer', 'byTrainer', 20_000],
  ['1,000 models built, trained and dropped', 'models', 1000],
])('%s take no memory that stays taken', { timeout: 240_000 }, async (_, loop, count) => {
  expect(await growthIn(loop, count)).toBeLessThanOrEqual(10);
});

test('a loop that holds on to what it computes is noticed', { timeout: 240_000 }, async () => {
  expect(await growthIn('leaking', 40_000)).toBeGreaterThan(10);
});
