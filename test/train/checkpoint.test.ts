import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkpoint, device, Dropout, Linear, loadCheckpoint, module, Module, mseLoss, saveCheckpoint, SGD, StateError, Trainer, ValueError, type Callback, type FitOptions, type Run, type Tensor } from 'decograd'; // prettier-ignore
import { bundled, failure, killed, killedRun } from './kill';
import { problem, timeless, weights } from './problem';

const root = mkdtempSync(join(tmpdir(), 'decograd-checkpoint-'));
afterAll(() => rmSync(root, { recursive: true }));
let count = 0;
const fresh = () => join(root, String(count++));
const quiet = { progress: false } as const;
const steps = (folder: string) => readdirSync(folder).sort();

describe('checkpoint', () => {
  it('keeps the newest two after every epoch, and the last of the run', async () => {
    const folder = fresh();
    const { trainer, loader } = problem({ callbacks: [checkpoint(folder)] });
    await trainer.fit(loader, { epochs: 4, ...quiet });
    expect(steps(folder)).toEqual(['step-00000009.safetensors', 'step-00000012.safetensors']);
  });

  it.each([
    [{ every: { steps: 4 } }, [8, 12]],
    [{ every: { steps: 5 }, keepLast: Infinity }, [5, 10, 12]],
    [{ every: { epochs: 3 }, keepLast: 3 }, [9, 12]],
    [{ every: { batches: 5 } }, [10, 12]],
    [{ every: { minutes: 1e-9 }, keepLast: 3 }, [10, 11, 12]],
    [{ every: { minutes: 1e9 } }, [12]],
  ] as const)('%j leaves those of steps %j', async (options, wanted) => {
    const folder = fresh();
    const { trainer, loader } = problem({ callbacks: [checkpoint(folder, options)] });
    await trainer.fit(loader, { epochs: 4, ...quiet });
    expect(steps(folder)).toEqual(wanted.map((step) => `step-${String(step).padStart(8, '0')}.safetensors`));
  });

  it('keeps the best by a metric beside the newest, and gives the best of all a name of its own', async () => {
    const folder = fresh();
    const values = [3, 1, 5, 1, 4, 4];
    let epoch = 0;
    const metric = Object.assign(() => values[Math.floor(epoch)]!, {});
    const callback = checkpoint(folder, { monitor: 'metric', mode: 'max', keepBest: 2, keepLast: 1 });
    const count: Callback = { onEpochStart: (run) => void (epoch = run.epoch - 1) };
    const { trainer, loader } = problem({ metrics: { metric }, callbacks: [count, callback] });
    await trainer.fit(loader, { epochs: 6, ...quiet });
    expect(callback.best.map(({ value }) => value)).toEqual([5, 4]);
    const names = [9, 15, 18].map((step) => `step-${String(step).padStart(8, '0')}.safetensors`);
    expect(steps(folder)).toEqual(['best.safetensors', ...names]);
    expect(readFileSync(join(folder, 'best.safetensors'))).toEqual(readFileSync(join(folder, names[0]!)));
    expect((await loadCheckpoint(join(folder, 'best.safetensors'))).epoch).toBe(3);
  });

  it('writes at validations between steps where one is the best so far', async () => {
    const folder = fresh();
    const callback = checkpoint(folder, { monitor: 'loss', every: { epochs: 9 } });
    const { trainer, loader, x, y } = problem({ callbacks: [callback] });
    const history = await trainer.fit(loader, { epochs: 3, validation: [x, y], validateEvery: { steps: 2 }, ...quiet });
    const best = Math.min(...history.validations!.map(({ loss }) => loss));
    expect(callback.best[0]!.value).toBe(best);
    expect(existsSync(callback.best[0]!.path)).toBe(true);
  });

  it('is left by Ctrl-C, which says where, and the run goes on from it as if nothing had been', async () => {
    const said = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const folder = fresh();
    const interrupting: Callback = { onBatchEnd: (run: Run) => (run.step === 4 ? void process.emit('SIGINT') : undefined) }; // prettier-ignore
    const first = problem({ callbacks: [checkpoint(folder), interrupting] });
    const { stopped } = await first.trainer.fit(first.loader, { epochs: 3, ...quiet });
    expect(stopped).toBe('interrupted by Ctrl-C (SIGINT)');
    expect(said.mock.calls.flat()).toEqual([`interrupted: wrote ${folder}/step-00000004.safetensors; go on with fit({ resume: '${folder}' })`]); // prettier-ignore
    said.mockRestore();
    const second = problem({ callbacks: [checkpoint(folder)] });
    const history = await second.trainer.fit(second.loader, { epochs: 3, resume: folder, ...quiet });
    const plain = problem();
    expect(timeless(history)).toEqual(timeless(await plain.trainer.fit(plain.loader, { epochs: 3, ...quiet })));
    expect(await weights(second.model)).toEqual(await weights(plain.model));
  });

  it('of a finished run goes on for more epochs, and where there are none left does nothing', async () => {
    const folder = fresh();
    const first = problem({ callbacks: [checkpoint(folder)] });
    await first.trainer.fit(first.loader, { epochs: 2, ...quiet });
    const again = problem({ callbacks: [checkpoint(folder)] });
    expect((await again.trainer.fit(again.loader, { epochs: 2, resume: folder, ...quiet })).epochs).toHaveLength(2);
    const second = problem({ callbacks: [checkpoint(folder)] });
    const history = await second.trainer.fit(second.loader, { epochs: 5, resume: folder, ...quiet });
    const plain = problem();
    expect(timeless(history)).toEqual(timeless(await plain.trainer.fit(plain.loader, { epochs: 5, ...quiet })));
  });

  it('holds the model as other programs read it', async () => {
    const folder = fresh();
    const { trainer, loader, model } = problem({ callbacks: [checkpoint(folder)] });
    await trainer.fit(loader, { epochs: 1, ...quiet });
    const saved = await loadCheckpoint(join(folder, steps(folder)[0]!));
    const other = problem({}, 8).model;
    other.loadStateDict(saved.model);
    expect(await weights(other)).toEqual(await weights(model));
  });
});

describe.each(['gpu:cpu', 'reference'])('on %s', (name) => {
  beforeAll(() => device(name));
  afterAll(() => device('wasm'));

  it('a run goes on from the middle of a step as one that was never left', async () => {
    const folder = fresh();
    const options = { accumulate: 2, callbacks: [checkpoint(folder, { every: { batches: 1 } })] };
    const first = problem(options);
    const failing: Callback = { onBatchEnd: (_, { batch }) => (batch === 2 ? Promise.reject(new Error('ended')) : undefined) }; // prettier-ignore
    const broken = new Trainer(first.model, { ...first.trainer.options, callbacks: [...options.callbacks, failing] });
    await expect(broken.fit(first.loader, { epochs: 3, ...quiet })).rejects.toThrow('ended');
    const second = problem(options);
    const history = await second.trainer.fit(second.loader, { epochs: 3, resume: folder, ...quiet });
    const whole = problem({ accumulate: 2 });
    expect(timeless(history)).toEqual(timeless(await whole.trainer.fit(whole.loader, { epochs: 3, ...quiet })));
    expect(await weights(second.model)).toEqual(await weights(whole.model));
    expect(second.model.hidden.weight.device).toBe(name);
  });
});

describe('what is damaged or foreign', () => {
  async function trained(options = {}) {
    const folder = fresh();
    const { trainer, loader } = problem({ callbacks: [checkpoint(folder, options)] });
    await trainer.fit(loader, { epochs: 2, ...quiet });
    const [older, newest] = steps(folder).map((name) => join(folder, name)) as [string, string];
    return { folder, older, newest };
  }
  const resumed = async (resume: string, options = {}) => {
    const { trainer, loader } = problem(options);
    return trainer.fit(loader, { epochs: 3, resume, ...quiet });
  };

  it('a damaged newest gives way to the one before, and is told', async () => {
    const { folder, older, newest } = await trained();
    truncateSync(newest, statSync(newest).size - 9);
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    await resumed(folder);
    expect(warned.mock.calls.flat().join()).toContain(`the newest checkpoint is damaged, ${older} is taken`);
    warned.mockRestore();
    writeFileSync(older, 'nonsense');
    await expect(resumed(folder)).rejects.toThrow(`none of the checkpoints in ${folder} can be read: `);
  });

  it('one of a newer version says so', async () => {
    const { newest } = await trained();
    const bytes = readFileSync(newest, 'latin1').replace('"version":"1"', '"version":"2"');
    writeFileSync(newest, bytes, 'latin1');
    await expect(resumed(newest)).rejects.toThrow(`loadCheckpoint: ${newest} was written by a newer decograd, in version 2`); // prettier-ignore
  });

  it('names what is missing', async () => {
    await expect(resumed(fresh())).rejects.toThrow(/there is no checkpoint in .*; leave resume out for a first run/);
    const file = `${fresh()}.safetensors`;
    await saveCheckpoint(file, { model: {} });
    await expect(resumed(file)).rejects.toThrow(
      `Trainer.fit: resume: ${file} is no checkpoint of a run: optimizers, epoch, step`,
    );
  });

  it('a changed model or another optimizer is refused, and nothing is changed', async () => {
    const { folder } = await trained();
    const model = new Linear(3, 2);
    const before = await weights(model);
    const trainer = new Trainer(model, { optimizer: new SGD(model, { lr: 0.1 }), loss: mseLoss });
    const { loader } = problem();
    const failing = trainer.fit(loader, { epochs: 3, resume: folder, ...quiet });
    await expect(failing).rejects.toThrow(StateError);
    await expect(failing).rejects.toThrow(/Trainer.fit: resume: .*hidden\.weight/);
    expect(await weights(model)).toEqual(before);
    const own = problem({}, 8);
    const first = await weights(own.model);
    const other = new Trainer(own.model, {
      optimizer: new SGD(own.model.output, { lr: 0.1, momentum: 0.9 }),
      loss: mseLoss,
    });
    await expect(other.fit(loader, { epochs: 3, resume: folder, ...quiet })).rejects.toThrow(
      /SGD.loadStateDict: .*hidden/,
    );
    expect(await weights(own.model)).toEqual(first);
  });

  it('a model whose fields were renamed is told so, and goes on with rules', async () => {
    @module
    class Renamed extends Module {
      readonly first = new Linear(3, 8);
      readonly dropout = new Dropout(0.25);
      readonly output = new Linear(8, 2);
      forward(x: Tensor): Tensor {
        return this.output.forward(this.dropout.forward(this.first.forward(x).tanh()));
      }
    }
    const { folder } = await trained({ every: { batches: 2 } });
    const goOn = (resume: FitOptions['resume']) => {
      const { loader } = problem();
      const model = new Renamed();
      const trainer = new Trainer(model, { optimizer: new SGD(model, { lr: 0.1, momentum: 0.9 }), loss: mseLoss });
      return trainer.fit(loader, { epochs: 4, resume, ...quiet }).then(() => weights(model));
    };
    await expect(goOn(folder)).rejects.toThrow(/renamed: hidden\..* first\./);
    const found = await goOn({ from: folder, migrate: { 'hidden.*': 'first.*' } });
    const { trainer, loader, model } = problem();
    await trainer.fit(loader, { epochs: 4, ...quiet });
    expect(Object.values(found)).toEqual(Object.values(await weights(model)));
    await expect(goOn({ form: folder } as never)).rejects.toThrow("there is no option 'form'");
  });

  it('other data of a run is refused', async () => {
    const { folder } = await trained({ every: { batches: 1 } });
    const { trainer, x, y } = problem();
    const failing = trainer.fit([x.slice(0, 0, 7), y.slice(0, 0, 7)], { epochs: 3, resume: folder, batchSize: 4, ...quiet }); // prettier-ignore
    await expect(failing).rejects.toThrow(/loader with samples 10, this one has 7/);
  });

  it('a folder with an older run is not written over unless asked', async () => {
    const { folder, older } = await trained();
    const fit = (callback: Callback, resume?: string) => {
      const { trainer, loader } = problem({ callbacks: [callback] });
      return trainer.fit(loader, { epochs: 3, resume, ...quiet });
    };
    await expect(fit(checkpoint(folder))).rejects.toThrow(
      /checkpoint.onFitStart: checkpoint: .* holds checkpoints of another run/,
    );
    await expect(fit(checkpoint(folder), older)).rejects.toThrow('holds checkpoints of another run');
    expect(steps(folder)).toHaveLength(2);
    await fit(checkpoint(folder, { overwrite: true, every: { epochs: 3 } }));
    expect(steps(folder)).toEqual(['step-00000009.safetensors']);
  });

  it('two runs do not share a folder, and a lock of the dead is taken over', async () => {
    const folder = fresh();
    const inner = problem({ callbacks: [checkpoint(folder)] });
    let failure: unknown;
    const both: Callback = {
      onFitStart: async () => {
        failure = await inner.trainer.fit(inner.loader, { epochs: 1, ...quiet }).catch((error: unknown) => error);
      },
    };
    const outer = problem({ callbacks: [checkpoint(folder), both] });
    await outer.trainer.fit(outer.loader, { epochs: 1, ...quiet });
    expect(failure).toBeInstanceOf(ValueError);
    expect((failure as Error).message).toContain('another run');
    writeFileSync(join(folder, '.lock'), String(2 ** 22 + 7)); // above the largest process number
    writeFileSync(join(folder, 'x.partial'), '');
    await resumed(folder, { callbacks: [checkpoint(folder)] });
    expect(steps(folder).filter((name) => !name.startsWith('step-'))).toEqual([]);
    writeFileSync(join(folder, '.lock'), String(process.ppid));
    await expect(resumed(folder, { callbacks: [checkpoint(folder)] })).rejects.toThrow(`process ${process.ppid}`);
  });

  it('what cannot be written is told before the first step', async () => {
    const file = fresh();
    writeFileSync(file, '');
    const { trainer, loader, model } = problem({ callbacks: [checkpoint(join(file, 'runs'))] });
    const before = await weights(model);
    await expect(trainer.fit(loader, { epochs: 1, ...quiet })).rejects.toThrow(/checkpoint: .*runs cannot be written \(ENOTDIR/); // prettier-ignore
    expect(await weights(model)).toEqual(before);
    const nowhere = problem({ callbacks: [checkpoint('/proc/decograd/runs')] });
    await expect(nowhere.trainer.fit(loader, { epochs: 1, ...quiet })).rejects.toThrow(/cannot be written/);
    const deep = join(fresh(), 'a', 'b');
    const made = problem({ callbacks: [checkpoint(`${deep}/`)] });
    await made.trainer.fit(loader, { epochs: 1, ...quiet });
    expect(steps(deep)).toHaveLength(1);
  });
});

describe('options', () => {
  it.each([
    [['', {}], 'checkpoint: takes the path of a folder, not an empty text'],
    [['a', { evry: { epochs: 1 } }], 'every'],
    [
      ['a', { every: { hours: 1 } }],
      'checkpoint: every must be one of { epochs }, { steps }, { batches }, { minutes }',
    ],
    [['a', { every: { epochs: 0 } }], 'checkpoint: every.epochs must be a whole number of at least 1, not 0'],
    [['a', { every: { minutes: -1 } }], 'checkpoint: every.minutes must be a number above 0, not -1'],
    [['a', { every: { epochs: 1, steps: 1 } }], 'checkpoint: every must be one of'],
    [['a', { keepLast: 0 }], 'checkpoint: keepLast must be a whole number of at least 1, not 0'],
    [['a', { keepBest: 2 }], 'checkpoint: keepBest has no effect without monitor'],
    [['a', { monitor: 'accuracy' }], "checkpoint: is a larger accuracy better? Give mode 'max'"],
    [['a', { monitor: 'loss', mode: 'most' }], "checkpoint: mode must be 'min' or 'max', not \"most\""],
    [['a', { monitor: 3 }], "checkpoint: monitor must be 'loss' or the name of a metric, not 3"],
  ] as const)('%j is refused', (args, text) => {
    expect(() => checkpoint(...(args as unknown as Parameters<typeof checkpoint>))).toThrow(text);
  });

  it('a metric that there is not is named before there is a folder', async () => {
    const folder = fresh();
    const { trainer, loader } = problem({ callbacks: [checkpoint(folder, { monitor: 'acuracy', mode: 'max' })] });
    await expect(trainer.fit(loader, { epochs: 1, ...quiet })).rejects.toThrow(
      "checkpoint.onFitStart: checkpoint: there is no number 'acuracy' to monitor; there are absoluteError, loss",
    );
    expect(existsSync(folder)).toBe(false);
  });
});

describe('a program that is killed', () => {
  let program: string;
  beforeAll(async () => {
    program = await bundled('killed', root);
  });

  it.each(['SGD', 'AdamW', 'LBFGS'])('%s ends bit for bit as one that was not', async (kind) => {
    const args = [kind, kind === 'LBFGS' ? '6' : '12', '8'];
    const wanted = await killed(program, [fresh(), ...args]);
    expect(wanted).toMatch(/^\{"losses":\[\d/);
    expect(await killedRun(program, [fresh(), ...args], 3, 60)).toBe(wanted);
  });

  it('tells of a full disk and of a folder that is read-only, and leaves what was there', async () => {
    const folder = fresh();
    const args = (epochs: number) => [folder, 'AdamW', String(epochs), '64'];
    await killed(program, args(2));
    const before = steps(folder);
    const newest = readFileSync(join(folder, before.at(-1)!));
    expect(await failure(program, args(4), 1)).toMatch(
      /ValueError: checkpoint.onBoundary: checkpoint: .*step-\d+.safetensors cannot be written \(EFBIG/,
    );
    expect(steps(folder)).toEqual(before);
    expect(readFileSync(join(folder, before.at(-1)!))).toEqual(newest);
    chmodSync(folder, 0o555);
    chmodSync(root, 0o755);
    const nobody = process.getuid?.() === 0 ? 65534 : undefined; // root may write anywhere
    expect(await failure(program, args(4), 9999, nobody)).toMatch(/checkpoint: .* cannot be written \(EACCES/);
    chmodSync(folder, 0o755);
    expect(await killed(program, args(4))).toContain('"losses":[');
  });
});
