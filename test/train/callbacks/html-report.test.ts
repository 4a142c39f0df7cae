import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  accuracy, confusionMatrix, crossEntropyLoss, htmlReport, StateError, ValueError, type Callback, type History, type Run,
} from 'decograd'; // prettier-ignore
import { problem, weights } from '../problem';
import { temporaryFolder } from './folder';
import { attribute, decoded, elements, parsePage, textOf, type Part } from './page-elements';

const at = temporaryFolder();
const quiet = { progress: false } as const;

/** A run with classes, validation, recorded steps and gradient norms, and the page about it. */
async function reported(options = {}, fit = {}) {
  const path = at('run.html');
  const norms: Callback = {
    onEpochEnd: ({ epoch }, record) => {
      record.gradients = { 'hidden.weight': { mean: epoch / 8, max: epoch }, 'output.bias': { mean: 2, max: 3 } };
    },
  };
  // the report comes first: it is to see what callbacks after it add to the record
  const callbacks = [htmlReport(path, options), norms];
  const metrics = { accuracy, confusion: confusionMatrix() } as never;
  const { trainer, x, model } = problem({ callbacks, loss: crossEntropyLoss, metrics });
  const data = [x, x.sum(1).gt(0).int()] as const;
  const history = await trainer.fit(data, { epochs: 3, batchSize: 4, validation: data, recordSteps: 1, ...quiet, ...fit }); // prettier-ignore
  return { history, model, page: await parsePage(readFileSync(path, 'utf8')), path };
}

const tableUnder = (page: Part, heading: RegExp): Part => {
  const section = elements(page, 'section').find((part) => heading.test(textOf(elements(part, 'h2')[0]!)))!;
  return elements(section, 'table')[0]!;
};
const cells = (row: Part): string[] => [...elements(row, 'th'), ...elements(row, 'td')].map(textOf);
/** The numbers of a row, with all digits. */
const exactly = (row: Part): number[] => elements(row, 'data').map((part) => Number(attribute(part, 'value')));

describe('the page', () => {
  it('has every number of the history, with all its digits', async () => {
    const { history, page } = await reported();
    const rows = elements(tableUnder(page, /^3 epochs in/), 'tr').slice(1);
    const expected = history.epochs.map(({ loss, metrics, validation, seconds }) => [
      loss, validation!.loss, metrics.accuracy, validation!.metrics.accuracy, seconds,
    ]); // prettier-ignore
    expect(rows.map(exactly)).toEqual(expected);
  });

  it('draws a point for every epoch and every recorded step, with its number as title', async () => {
    const { history, page } = await reported();
    const charts = elements(page, 'figure').map((figure) => elements(figure, 'g').filter((g) => attribute(g, 'class')?.startsWith('line'))); // prettier-ignore
    const counts = charts.map((lines) => lines.map((line) => elements(line, 'circle').length));
    expect(counts).toEqual([[3, 3], [9], [3, 3], [9], [3]]); // loss and accuracy, each by epoch and by step; time
    const titles = elements(charts[0]![1]!, 'title').map(textOf);
    const shown = history.epochs.map(({ epoch, validation }) => `epoch ${epoch}: validation loss ${validation!.loss.toFixed(4)}`); // prettier-ignore
    expect(titles).toEqual(shown);
  });

  it('has the confusion matrix of the last validation, with the names of classes', async () => {
    const { history, page } = await reported({ classes: ['below'] });
    const matrix = history.epochs.at(-1)!.validation!.metrics.confusion as unknown as number[][];
    const rows = elements(tableUnder(page, /^confusion: \d+ of 10 right/), 'tr');
    expect(cells(rows[0]!)).toEqual(['below', '1', 'right', '']); // what has no name is numbered
    expect(rows.slice(1).map((row) => cells(row).slice(1, 3).map(Number))).toEqual(matrix);
  });

  it('has gradient norms that a later callback adds, the largest and smallest in words', async () => {
    const { page } = await reported();
    const heading = elements(page, 'h2').map(textOf).find((text) => text.startsWith('Gradients')); // prettier-ignore
    expect(heading).toBe('Gradients are largest in output.bias (2), smallest in hidden.weight (0.3750)');
    const rows = elements(tableUnder(page, /^Gradients/), 'tr').slice(1);
    expect(rows.map((row) => [textOf(elements(row, 'code')[0]!), ...exactly(row)])).toEqual([
      ['hidden.weight', 3 / 8, 3],
      ['output.bias', 2, 3],
    ]);
  });

  it('has the parameters, the options, the machine and the versions', async () => {
    const { page } = await reported({ title: 'Ten points' }, { seed: 5 });
    const rows = elements(tableUnder(page, /^50 parameters in 200 bytes/), 'tr').slice(1);
    expect(rows.map((row) => cells(row).slice(0, 4))).toEqual([
      ['hidden.weight', 'parameter', 'Linear', '[8, 3]'],
      ['hidden.bias', 'parameter', 'Linear', '[8]'],
      ['output.weight', 'parameter', 'Linear', '[2, 8]'],
      ['output.bias', 'parameter', 'Linear', '[2]'],
    ]);
    const said = Object.fromEntries(elements(page, 'dl').flatMap((list) => (list.children ?? []).map((entry) => [textOf(elements(entry, 'dt')[0]!), textOf(elements(entry, 'dd')[0]!)]))); // prettier-ignore
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(said).toMatchObject({ 'an epoch': '3 batches', loss: 'crossEntropyLoss', batchSize: '4', seed: '5', decograd: version, platform: `${process.platform} ${process.arch}` }); // prettier-ignore
    expect(said.device).toMatch(/^wasm/);
    expect(said.Node).toContain(process.versions.node);
    expect(textOf(elements(page, 'h1')[0]!)).toBe('Ten points');
    expect(cells(elements(tableUnder(page, /^Settings/), 'tr')[1]!)).toEqual(expect.arrayContaining(['0.1', '0.9']));
  });

  it('loads nothing, runs nothing, and forbids both', async () => {
    const { page, path } = await reported();
    expect(elements(page, 'script')).toEqual([]);
    const links = ['src', 'href', 'srcset', 'action', 'xlink:href'].flatMap((name) => ['img', 'link', 'a', 'svg', 'use', 'image', 'form', 'iframe'].flatMap((tag) => elements(page, tag)).map((part) => attribute(part, name))); // prettier-ignore
    expect(links.filter((link) => link !== undefined)).toEqual(['data:,']);
    const text = readFileSync(path, 'utf8');
    expect(text).not.toMatch(/https?:|url\(|@import/);
    expect(text).toContain('default-src &#39;none&#39;');
  });
});

describe('hostile names', () => {
  const evil = `</td></script><script>alert(1)</script><img src=x onerror='a()'>"&amp;\u0000`;

  it('are text and nothing else', async () => {
    const path = at('evil.html');
    const metrics = { [evil]: () => 0.5, constructor: () => 0.25, __proto__x: () => 1 };
    const callbacks = [
      htmlReport(path, { title: evil, classes: [evil] }),
      { onBatchEnd: (run: Run) => run.stop(evil) },
    ];
    const { trainer, loader } = problem({ callbacks, metrics });
    await trainer.fit(loader, { epochs: 4, ...quiet });
    const page = await parsePage(readFileSync(path, 'utf8'));
    expect([elements(page, 'script'), elements(page, 'img')]).toEqual([[], []]);
    const shown = evil.replace('\u0000', '\ufffd');
    expect(textOf(elements(page, 'h1')[0]!)).toBe(shown);
    expect(cells(elements(tableUnder(page, /^1 epoch in/), 'tr')[0]!)).toEqual(['epoch', 'loss', shown, 'constructor', '__proto__x', 'seconds']); // prettier-ignore
    expect(textOf(elements(page, 'header')[0]!)).toContain(`Stopped after 1 epoch and 3 steps: ${shown}`);
    const labels = elements(page, 'svg').map((part) => decoded(attribute(part, 'aria-label')!));
    expect(labels).toContain(`${shown} is 0.5000 after epoch 1, by epoch`);
  });
});

describe('while the run goes on', () => {
  it('a whole page is there after every epoch, which reloads itself until the run is over', async () => {
    const path = at('live.html');
    const seen: string[] = [];
    const look: Callback = {
      onFitStart: () => void seen.push(readFileSync(path, 'utf8')),
      onBoundary: (_run, after) => void (after === 'epoch' && seen.push(readFileSync(path, 'utf8'))),
    };
    const { trainer, loader } = problem({ callbacks: [htmlReport(path), look] });
    await trainer.fit(loader, { epochs: 2, ...quiet });
    seen.push(readFileSync(path, 'utf8'));
    const pages = await Promise.all(seen.map(parsePage));
    const standing = pages.map((page) => textOf(elements(page, 'p').find((p) => attribute(p, 'role') === 'status')!));
    expect(standing.map((text) => text.replace(/, about .*/, ''))).toEqual([
      'Running: 0 of 2 epochs done',
      'Running: 1 of 2 epochs done',
      'Running: 2 of 2 epochs done',
      'Finished: 2 epochs and 6 steps, as many as were asked for',
    ]);
    expect(seen.map((text) => text.includes('http-equiv="refresh"'))).toEqual([true, true, true, false]);
    expect(readdirSync(at('')).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('whoever has the file open keeps the whole page of before: the file is replaced, not written over', async () => {
    const path = at('replaced.html');
    const inodes = new Set<number>();
    const look: Callback = { onBoundary: (_run, after) => void (after === 'epoch' && inodes.add(statSync(path).ino)) };
    const { trainer, loader } = problem({ callbacks: [htmlReport(path), look] });
    await trainer.fit(loader, { epochs: 2, ...quiet });
    expect(inodes.size).toBe(2);
  });

  it('a run that fails says in what', async () => {
    const path = at('failed.html');
    const bad: Callback = {
      onBatchEnd: ({ step }) => (step === 5 ? Promise.reject(new Error('disk full')) : undefined),
    };
    const { trainer, loader } = problem({ callbacks: [htmlReport(path), bad] });
    await expect(trainer.fit(loader, { epochs: 4, ...quiet })).rejects.toThrow('disk full');
    expect(readFileSync(path, 'utf8')).toContain(
      'Failed in epoch 2, after 5 steps: callbacks[1].onBatchEnd: disk full',
    );
  });
});

describe('a resumed run', () => {
  const run = (history: History, epoch: number) => {
    const { model, optimizer } = problem();
    const fixed = {
      model,
      optimizer,
      optimizers: [optimizer],
      settings: {},
      epochs: 4,
      batches: 3,
      validates: false,
      metrics: [],
    };
    return { ...fixed, history, epoch, step: 3 * epoch } as unknown as Run;
  };
  const epochs = [1, 2].map((epoch) => ({ epoch, loss: 1 / epoch, metrics: {}, seconds: 1 }));

  it('has a page with all of its epochs, their learning rates, and when it began', async () => {
    const [before, after] = [htmlReport(at('before.html')), htmlReport(at('resumed.html'))];
    const first = run({ epochs: [epochs[0]!] }, 1);
    await before.onFitStart!(first);
    await before.onBatchEnd!(first, {} as never);
    const state = JSON.parse(JSON.stringify(before.stateDict!())) as never;
    const second = run({ epochs }, 2);
    second.optimizer.paramGroups[0]!.lr = 0.05;
    await after.onFitStart!(second);
    after.loadStateDict!(state);
    await after.onBatchEnd!(second, {} as never);
    await after.onFitEnd!(second);
    expect(after.stateDict!()).toEqual({
      began: (state as { began: string }).began,
      rates: [{ epoch: 1, rates: [0.1] }, { epoch: 2, rates: [0.05] }],
    }); // prettier-ignore
    const page = await parsePage(readFileSync(at('resumed.html'), 'utf8'));
    expect(elements(tableUnder(page, /^2 epochs in 2.0 s/), 'tr').slice(1).map(exactly)).toEqual([[1, 1], [0.5, 1]]); // prettier-ignore
    expect(elements(page, 'h3').map(textOf)).toContain('learning rate: 0.1 at first, 0.05 at last');
  });

  it.each([null, {}, { began: 'never', rates: [] }, { began: '2026-01-01', rates: [1] }])('refuses the state %j', (state) => {
    expect(() => htmlReport(at('x.html')).loadStateDict!(state as never)).toThrow(StateError);
  }); // prettier-ignore
});

describe('refusals', () => {
  it.each([
    ['', {}, 'htmlReport: takes the path of a file first, not ""'],
    [3, {}, 'htmlReport: takes the path of a file first, not 3'],
    ['a.html', { titles: 'x' }, "htmlReport: there is no option 'titles'; did you mean 'title'?"],
    ['a.html', { title: '' }, 'htmlReport: title must be a text that is not empty, not ""'],
    ['a.html', { classes: 'cat' }, 'htmlReport: classes must be a list of names, such as [\'cat\', \'dog\'], not "cat"'],
    ['a.html', { classes: ['cat', 3] }, 'htmlReport: classes must be a list of names; one is 3'],
    ['a.html', 7, 'htmlReport: options are one object with any of title, classes; not 7'],
  ])('htmlReport(%j, %j)', (path, options, message) => {
    const attempt = () => htmlReport(path as string, options as never);
    expect(attempt).toThrow(ValueError);
    expect(attempt).toThrow(message);
  }); // prettier-ignore

  const untouched = async (path: string, code: string) => {
    const { trainer, loader, model } = problem({ callbacks: [htmlReport(path)] });
    const before = await weights(model);
    const error: unknown = await trainer.fit(loader, { epochs: 1, ...quiet }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ValueError);
    expect((error as Error).message).toContain(`htmlReport: ${path} cannot be written (${code}`);
    expect(await weights(model)).toEqual(before);
  };

  it('a folder that is missing, a file in place of a folder, a folder in place of the file: before any step', async () => {
    await untouched(at('missing/run.html'), 'ENOENT');
    writeFileSync(at('file'), 'kept');
    await untouched(at('file/run.html'), 'ENOTDIR');
    mkdirSync(at('folder'));
    await untouched(at('folder'), 'EISDIR');
    expect(readFileSync(at('file'), 'utf8')).toBe('kept');
  });

  it('a folder that may not be written', async () => {
    mkdirSync(at('readonly'), { mode: 0o555 });
    const isRoot = process.geteuid!() === 0; // whom no mode keeps out
    if (isRoot) process.seteuid!(65534);
    try {
      await untouched(at('readonly/run.html'), 'EACCES');
    } finally {
      if (isRoot) process.seteuid!(0);
    }
  });

  it('fastDevRun writes nothing', async () => {
    const { trainer, loader } = problem({ callbacks: [htmlReport(at('never.html'))] });
    await trainer.fit(loader, { fastDevRun: true, ...quiet });
    expect(existsSync(at('never.html'))).toBe(false);
  });
});
