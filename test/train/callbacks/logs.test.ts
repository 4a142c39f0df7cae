import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  checkpoint,
  csvLog,
  jsonlLog,
  StateError,
  ValueError,
  type Callback,
  type EpochRecord,
  type Run,
} from 'decograd';
import { problem, timeless, weights } from '../problem';
import { temporaryFolder } from './folder';
import { fromEveryBoundary } from './resumed';

const quiet = { progress: false } as const;
const within = temporaryFolder();
const failing: Callback = {
  onBatchEnd(run) {
    if (run.step === 5) throw new Error('mine');
  },
};
const rows = (path: string) =>
  readFileSync(path, 'utf8').split('\r\n').map((line) => line.split(',')); // prettier-ignore
const lines = (path: string) =>
  readFileSync(path, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore

/** As a run would call it, with epochs made up. */
function told(callback: Callback, records: readonly object[], lrs: readonly number[] = [0.5]) {
  const run = { step: 0, epoch: 0, epochs: 2, history: {}, optimizers: [{ paramGroups: lrs.map((lr) => ({ lr })) }] };
  void callback.onFitStart!(run as never);
  for (const record of records) {
    run.epoch++;
    void callback.onEpochStart!(run as unknown as Run);
    run.step += 3;
    void callback.onEpochEnd!(run as unknown as Run, { epoch: run.epoch, ...record } as EpochRecord);
  }
}

describe('csvLog', () => {
  it('writes the numbers of every epoch as the history has them', async () => {
    const path = within('run.csv');
    const { trainer, loader, x, y } = problem({ callbacks: [csvLog(path)] });
    const { epochs } = await trainer.fit(loader, { epochs: 2, validation: [x, y], ...quiet });
    expect(rows(path)).toEqual([
      ['epoch', 'step', 'train/absoluteError', 'train/loss', 'validation/absoluteError', 'validation/loss', 'lr', 'seconds'], // prettier-ignore
      ...epochs.map(
        ({ epoch, loss, metrics, validation, seconds }) =>
        [epoch, epoch * 3, metrics.absoluteError, loss, validation!.metrics.absoluteError, validation!.loss, 0.1, seconds].map(String), // prettier-ignore
      ),
      [''],
    ]);
  });

  it('quotes what CSV would misread, and writes nested metrics as JSON', () => {
    const path = within('quoted.csv');
    told(csvLog(path), [{ loss: NaN, metrics: { 'a,b "c"': 1, matrix: [[1, 2], [3, 4]] }, seconds: 2 }]); // prettier-ignore
    expect(readFileSync(path, 'utf8')).toBe(
      'epoch,step,"train/a,b ""c""",train/matrix,train/loss,lr,seconds\r\n1,3,1,"[[1,2],[3,4]]",NaN,0.5,2\r\n',
    );
  });

  it('has a column for every group, and for what comes later', () => {
    const path = within('later.csv');
    const first = { loss: 1, metrics: {}, seconds: 2 };
    const later = { ...first, gradients: { w: { mean: 3, max: 4 } } };
    told(csvLog(path), [first, later, first], [0.5, 0.25]);
    expect(rows(path)).toEqual([
      ['epoch', 'step', 'train/loss', 'lr/0', 'lr/1', 'seconds', 'gradients/w/mean', 'gradients/w/max'],
      ['1', '3', '1', '0.5', '0.25', '2', '', ''],
      ['2', '6', '1', '0.5', '0.25', '2', '3', '4'],
      ['3', '9', '1', '0.5', '0.25', '2', '', ''],
      [''],
    ]);
  });

  it('is whole where the run fails, and begins anew with the next', async () => {
    const path = within('failed.csv');
    const { trainer, loader } = problem({ callbacks: [csvLog(path), failing] });
    await expect(trainer.fit(loader, { epochs: 3, ...quiet })).rejects.toThrow('mine');
    expect(rows(path).map(([epoch]) => epoch)).toEqual(['epoch', '1', '']);
    await expect(trainer.fit(loader, { epochs: 3, ...quiet })).rejects.toThrow('mine');
    expect(rows(path).map(([epoch]) => epoch)).toEqual(['epoch', '1', '']);
  });
});

describe('jsonlLog', () => {
  it('writes what happened, in order', async () => {
    const path = within('run.jsonl');
    const { trainer, loader, x, y } = problem({ callbacks: [jsonlLog(path, { batches: true })] });
    const history = await trainer.fit(loader, { epochs: 2, validation: [x, y], ...quiet });
    const written = lines(path);
    const epoch = ['batch', 'batch', 'batch', 'epoch'];
    expect(written.map(({ event }) => event)).toEqual(['fit', ...epoch, ...epoch, 'end']);
    expect(written[0]).toMatchObject({ epochs: 2, batches: 3 });
    expect(written[7]).toMatchObject({ epoch: 2, step: 6, batch: 3, size: 2, loss: expect.any(Number) as number });
    expect(written[8]).toEqual({ event: 'epoch', time: expect.any(String) as string, step: 6, lr: [0.1], ...history.epochs[1] }); // prettier-ignore
    expect(written[9]).toEqual({ event: 'end', time: expect.any(String) as string, epoch: 2, step: 6 });
    expect(written.every(({ time }) => Math.abs(Date.parse(time as string) - Date.now()) < 60_000)).toBe(true);
  });

  it('writes null for what JSON lacks, and nested metrics as they are', () => {
    const path = within('null.jsonl');
    told(jsonlLog(path), [{ loss: NaN, metrics: { matrix: [[1]] }, seconds: 2 }]);
    expect(lines(path)[1]).toMatchObject({ loss: null, metrics: { matrix: [[1]] } });
  });

  it('says why a run was stopped, and ends a run that failed', async () => {
    const path = within('ended.jsonl');
    const stopping: Callback = { onBatchEnd: (run) => run.stop('enough') };
    for (const [callback, end] of [
      [stopping, { epoch: 1, stopped: 'enough' }],
      [failing, { epoch: 2, step: 5 }],
    ] as const) {
      // prettier-ignore
      const { trainer, loader } = problem({ callbacks: [jsonlLog(path), callback] });
      await trainer.fit(loader, { epochs: 3, ...quiet }).catch(() => undefined);
      expect(lines(path).at(-1)).toMatchObject(end);
      expect(lines(path)).toHaveLength(3);
    }
  });

  it('adds to what there is where asked', async () => {
    const path = within('appended.jsonl');
    const { trainer, loader } = problem({ callbacks: [jsonlLog(path, { append: true })] });
    await trainer.fit(loader, { epochs: 1, ...quiet });
    await trainer.fit(loader, { epochs: 1, ...quiet });
    expect(lines(path).map(({ event }) => event)).toEqual(['fit', 'epoch', 'end', 'fit', 'epoch', 'end']);
  });
});

describe.each([
  ['csvLog', csvLog],
  ['jsonlLog', jsonlLog],
] as const)('%s', (name, log) => {
  it('changes nothing of the run, and leaves no other file', async () => {
    const fitted = async (callbacks: Callback[]) => {
      const { trainer, loader, model } = problem({ callbacks });
      return [timeless(await trainer.fit(loader, { epochs: 2, ...quiet })), await weights(model)];
    };
    expect(await fitted([log(within('same'))])).toEqual(await fitted([]));
    expect(readdirSync(dirname(within(''))).filter((file) => file.includes('partial'))).toEqual([]);
  });

  it.each([['', '""'], [undefined, 'undefined'], [3, '3']])('refuses the path %j', (path, shown) => {
    expect(() => log(path as never)).toThrow(new ValueError(`${name}: takes the path of a file first, not ${shown}`));
  }); // prettier-ignore

  it('refuses what cannot be written before any step', async () => {
    const path = within('missing/run');
    const { trainer, loader, model } = problem({ callbacks: [log(path)] });
    const before = await weights(model);
    await expect(trainer.fit(loader, { epochs: 1, ...quiet })).rejects.toThrow(`${name}: ${path} cannot be written (ENOENT`); // prettier-ignore
    expect(await weights(model)).toEqual(before);
    expect(existsSync(path)).toBe(false);
  });

  it('says what to do where there are no files', async () => {
    const { trainer, loader } = problem({ callbacks: [log(within('none'))] });
    const { getBuiltinModule } = process;
    process.getBuiltinModule = undefined as never;
    await expect(trainer.fit(loader, { epochs: 1, ...quiet }).finally(() => (process.getBuiltinModule = getBuiltinModule))).rejects.toThrow(`${name}: there are no files here; fit returns the same as an object`); // prettier-ignore
  });
});

it('jsonlLog refuses options that cannot be', () => {
  const refused = (options: object) => () => jsonlLog('x', options as never);
  expect(refused({ batchs: true })).toThrow("jsonlLog: there is no option 'batchs'; did you mean 'batches'?");
  expect(refused({ append: 1 })).toThrow('jsonlLog: append must be true or false, not 1');
  expect(refused({ batches: 'all' })).toThrow('jsonlLog: batches must be true or false, not "all"');
});

/** A log as it stands in the file, without the times, which differ. */
const text = (path: string) =>
  readFileSync(path, 'utf8')
    .replace(/"time":"[^"]*"|"seconds":[^,}]*/g, '')
    .replace(/^(\d+,(?:[^,]*,){6})[^,\r]*/gm, '$1');

describe.each([
  ['csvLog', (path: string) => csvLog(path)],
  ['jsonlLog', (path: string) => jsonlLog(path, { batches: true })],
])('%s of a resumed run', (name, log) => {
  it.each([{}, { maxSteps: 7 }])('ends byte for byte as that of a run never left, %j', async (fit) => {
    const folder = within(`${name}-${JSON.stringify(fit)}`);
    mkdirSync(folder);
    const path = `${folder}/run`;
    const later: Callback = {
      onEpochEnd: ({ epoch }, record) => void (epoch === 2 && Object.assign(record, { gradients: { w: { mean: 1, max: 2 } } })), // prettier-ignore
    };
    const [left, result] = [`${folder}/left`, () => text(path)];
    const callbacks = () => {
      if (existsSync(path) && !existsSync(left)) copyFileSync(path, left); // of the run that went on
      if (existsSync(left)) copyFileSync(left, path);
      return [later, log(path)];
    };
    const setting = { callbacks, result, folder, fit };
    expect(await fromEveryBoundary(setting)).toBeGreaterThan(8);
  });

  it('begins anew where the checkpoint tells nothing of it', async () => {
    const [folder, path] = [within(`${name}-unknown`), within(`${name}-unknown-run`)];
    const first = problem({ callbacks: [checkpoint(folder)] });
    await first.trainer.fit(first.loader, { epochs: 1, ...quiet });
    writeFileSync(path, 'of another run');
    const second = problem({ callbacks: [checkpoint(folder), log(path)] });
    await second.trainer.fit(second.loader, { epochs: 2, resume: folder, ...quiet });
    expect(readFileSync(path, 'utf8')).toMatch(name === 'csvLog' ? /^epoch,step.*\r\n2,6,.*\r\n$/ : /^\{"event":"fit".*"epoch":2/s); // prettier-ignore
  });
});

it('jsonlLog says what is missing, and leaves what there is', async () => {
  const [folder, path] = [within('missing-lines'), within('missing-lines.jsonl')];
  const first = problem({ callbacks: [jsonlLog(path), checkpoint(folder)] });
  await first.trainer.fit(first.loader, { epochs: 2, ...quiet });
  truncateSync(path, 30);
  const left = readFileSync(path, 'utf8');
  const resumed = () => {
    const { trainer, loader } = problem({ callbacks: [jsonlLog(path), checkpoint(folder)] });
    return trainer.fit(loader, { epochs: 3, resume: folder, ...quiet });
  };
  const failing = resumed();
  await expect(failing).rejects.toThrow(StateError);
  await expect(failing).rejects.toThrow(/jsonlLog: .*\.jsonl had \d+ bytes at the checkpoint and has 30; put the file/);
  expect(readFileSync(path, 'utf8')).toBe(left);
  rmSync(path);
  await expect(resumed()).rejects.toThrow('and has 0; put the file of that run back');
});
