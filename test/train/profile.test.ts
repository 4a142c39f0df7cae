import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problem, timeless, weights } from './problem';

interface Event {
  readonly name: string;
  readonly cat?: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur: number;
  readonly args: Record<string, unknown>;
}

let folder = '';
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'decograd-profile-'))));
afterAll(() => rmSync(folder, { recursive: true }));

describe('fit with profile', () => {
  test('writes a trace: epochs hold their batches, evaluations their kernels', async () => {
    const path = join(folder, 'run.json');
    const { trainer, loader } = problem();
    await trainer.fit(loader, { epochs: 2, progress: false, profile: path });
    const { traceEvents } = JSON.parse(readFileSync(path, 'utf8')) as { traceEvents: Event[] };
    const spans = (cat: string) => traceEvents.filter((event) => event.ph === 'X' && event.cat === cat);
    expect(spans('run').map(({ name }) => name)).toEqual(['batch 1', 'batch 2', 'batch 3', 'epoch 1', 'batch 1', 'batch 2', 'batch 3', 'epoch 2']); // prettier-ignore
    const within = (inner: Event, outers: Event[]) =>
      outers.some(({ ts, dur }) => ts <= inner.ts && inner.ts + inner.dur <= ts + dur + 1e-3);
    const evaluations = spans('evaluation').filter(({ name }) => name === 'evaluation');
    const kernels = spans('kernel');
    expect(kernels.length).toBeGreaterThan(60);
    expect(kernels.filter((kernel) => !within(kernel, evaluations))).toEqual([]);
    const [epoch] = spans('run').filter(({ name }) => name === 'epoch 1');
    expect(spans('run').slice(0, 3).filter((batch) => !within(batch, [epoch]))).toEqual([]); // prettier-ignore
    const product = kernels.find(({ name }) => name === 'matmul')!;
    expect(product.args).toMatchObject({ kind: 'matmul', shape: [4, 8], device: 'wasm', flops: 2 * 4 * 8 * 3 });
  });

  test('changes nothing of the run', async () => {
    const run = async (options: object) => {
      const { trainer, loader, model } = problem();
      const history = await trainer.fit(loader, { epochs: 2, progress: false, ...options });
      return [timeless(history), await weights(model)];
    };
    expect(await run({ profile: join(folder, 'run.json') })).toEqual(await run({}));
  });

  test('of a run that fails is written as far as it came', async () => {
    const path = join(folder, 'failed.json');
    const callbacks = [{ onBatchEnd: () => { throw new Error('mine'); } }]; // prettier-ignore
    const { trainer, loader } = problem({ callbacks });
    await expect(trainer.fit(loader, { epochs: 1, progress: false, profile: path })).rejects.toThrow('mine');
    expect(readFileSync(path, 'utf8')).toContain('"name":"matmul"');
  });

  test('that cannot be written is refused before any step', async () => {
    const { trainer, loader, model } = problem();
    const before = await weights(model);
    const path = join(folder, 'missing', 'run.json');
    await expect(trainer.fit(loader, { epochs: 1, progress: false, profile: path })).rejects.toThrow(
      `profile: ${path} cannot be written (ENOENT`,
    );
    expect(await weights(model)).toEqual(before);
  });

  test.each([['', '""'], [true, 'true']])('refuses the path %j', async (profile, shown) => {
    const { trainer, loader } = problem();
    await expect(trainer.fit(loader, { epochs: 1, profile: profile as string })).rejects.toThrow(
      `Trainer.fit: profile is the path of a file for the trace, not ${shown}`,
    );
  }); // prettier-ignore
});
