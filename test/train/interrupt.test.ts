import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkpoint, type Callback, type FitOptions, type Run } from 'decograd';
import { problem, weights } from './problem';

const quiet = { progress: false } as const;
/** As Ctrl-C would, to this process alone. */
const interrupt = () => void process.emit('SIGINT');

describe('Ctrl-C', () => {
  it('finishes the step, keeps what was trained, tells callbacks, and takes its handler away', async () => {
    const before = process.listenerCount('SIGINT');
    const log: string[] = [];
    const watch: Callback = {
      onBatchEnd: (run: Run) => (run.step === 5 ? interrupt() : undefined),
      onValidationStart: () => void log.push('validation'),
      onEpochEnd: (_, { epoch }) => void log.push(`epoch ${epoch}`),
      onFitEnd: (run: Run) => void log.push(`end at ${run.step}`),
    };
    const { trainer, loader, model } = problem({ callbacks: [watch] });
    const history = await trainer.fit(loader, { epochs: 9, validation: loader, ...quiet });
    expect(history.stopped).toBe('interrupted by Ctrl-C (SIGINT)');
    expect(log).toEqual(['validation', 'epoch 1', 'epoch 2', 'end at 5']);
    expect(history.epochs.map(({ validation }) => validation !== undefined)).toEqual([true, false]);
    expect(process.listenerCount('SIGINT')).toBe(before);
    const plain = problem();
    await plain.trainer.fit(plain.loader, { maxSteps: 5, ...quiet });
    expect(await weights(model)).toEqual(await weights(plain.model));
  });

  it('in the middle of accumulated batches waits for their step', async () => {
    const watch: Callback = { onBatchEnd: (_, { batch }) => (batch === 1 ? interrupt() : undefined) };
    const { trainer, loader } = problem({ callbacks: [watch], accumulate: 2 });
    const history = await trainer.fit(loader, { epochs: 9, recordSteps: 1, ...quiet });
    expect([history.steps!.length, history.epochs.length]).toEqual([1, 1]);
  });

  it('in a validation ends the run after it', async () => {
    const { trainer, loader } = problem({ callbacks: [{ onValidationStart: interrupt }] });
    const { epochs, stopped } = await trainer.fit(loader, { epochs: 9, validation: loader, ...quiet });
    expect([epochs.length, epochs[0]!.validation!.loss, stopped]).toEqual([1, expect.any(Number), expect.stringContaining('Ctrl-C')]); // prettier-ignore
  });

  it.each<readonly [string, Callback]>([
    ['between two steps', { onStepEnd: ({ step }) => (step === 3 ? void setImmediate(interrupt) : undefined) }],
    ['in a step', { onStepEnd: ({ step }) => (step === 3 ? interrupt() : undefined) }],
    ['as a boundary is told', { onBoundary: ({ step }) => (step === 3 ? interrupt() : undefined) }],
    ['in a validation', { onValidationEnd: interrupt }],
    ['as an epoch ends', { onEpochEnd: interrupt }],
    ['as its boundary is told', { onBoundary: (_, after) => (after === 'epoch' ? interrupt() : undefined) }],
  ])('%s leaves a checkpoint, from which the run goes on', async (_, watch) => {
    const said = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const folder = mkdtempSync(join(tmpdir(), 'decograd-interrupt-'));
    const run = async (callbacks: Callback[], options: FitOptions) => {
      const { trainer, loader, model } = problem({ callbacks });
      await trainer.fit(loader, { epochs: 1e6, validation: loader, ...options, ...quiet });
      return weights(model);
    };
    await run([checkpoint(folder, { every: { steps: 1e6 } }), watch], {});
    expect(said.mock.calls.flat().at(-1)).toContain('interrupted: wrote');
    const [name, ...others] = readdirSync(folder);
    expect(others).toEqual([]);
    const maxSteps = Number(/\d+/.exec(name!)![0]) + 5;
    expect(await run([], { maxSteps, resume: folder })).toEqual(await run([], { maxSteps }));
    rmSync(folder, { recursive: true });
  });

  it('leaves no handler where a run fails', async () => {
    const before = process.listenerCount('SIGINT');
    const { trainer } = problem();
    await expect(trainer.fit([], { epochs: 1, ...quiet })).rejects.toThrow('the data gave no batch');
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});

describe('a program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'decograd-interrupt-'));
  const program = join(folder, 'training.cjs');
  beforeAll(() => build({ entryPoints: ['test/train/training.ts'], outfile: program, bundle: true, platform: 'node', format: 'cjs', conditions: ['decograd-source'], external: ['gpu.js'], logLevel: 'error' })); // prettier-ignore
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Runs it, sends a signal for each line that it prints which asks for one, and tells how it ended. */
  function run(kind: string): Promise<{ out: string; code: number | null; signal: string | null }> {
    return new Promise((resolve) => {
      let out = '';
      const child = execFile(process.execPath, [program, kind], { timeout: 50_000, killSignal: 'SIGKILL' });
      child.stdout!.on('data', (text: string) => {
        out += text;
        if (text.includes('now')) child.kill('SIGINT');
      });
      child.on('exit', (code, signal) => resolve({ out, code, signal }));
    });
  }

  it('that is interrupted once goes on after fit', async () => {
    const { out, code } = await run('once');
    expect(code).toBe(0);
    expect(out).toMatch(/now\nstopped: interrupted by Ctrl-C \(SIGINT\)\n$/);
  });

  it('that is interrupted twice ends', async () => {
    const { out, signal } = await run('twice');
    expect(signal).toBe('SIGINT');
    expect(out).toBe('now\nnow\n');
  });
});
