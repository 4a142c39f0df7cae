import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newestCheckpoint } from '../../src/train/checkpoint-folder';
import type { RunState } from 'decograd';
import { bundled, killed, killedRun } from './kill';

const root = mkdtempSync(join(tmpdir(), 'decograd-killed-'));
afterAll(() => rmSync(root, { recursive: true }));
let program: string;
beforeAll(async () => {
  program = await bundled('killed', root);
});

describe('a run that is killed 50 times at random moments', () => {
  it.each(['SGD', 'AdamW', 'LBFGS'])('with %s ends bit for bit as one that was not', async (kind) => {
    const args = [kind, kind === 'LBFGS' ? '100' : '300', '8'];
    const wanted = await killed(program, [join(root, kind), ...args]);
    expect(await killedRun(program, [join(root, `${kind}-killed`), ...args], 50, 120)).toBe(wanted);
  });
});

it('killed 200 times while it does little but write checkpoints, it always leaves one that loads', async () => {
  const folder = join(root, 'writing');
  let [partial, step] = [0, -1];
  for (let i = 0; i < 200; i++) {
    expect(await killed(program, [folder, 'AdamW', '1000000', '60000'], 50 + Math.random() * 500)).toBeUndefined();
    partial += Number(readdirSync(folder).some((name) => name.endsWith('.partial')));
    const found = await newestCheckpoint(folder);
    const now = (found?.state as RunState | undefined)?.step ?? -1;
    expect(now).toBeGreaterThanOrEqual(step); // what was there once is there for good, or something newer
    step = now;
  }
  expect(step).toBeGreaterThan(100);
  expect(partial).toBeGreaterThan(50); // many of them fell into the writing
});
