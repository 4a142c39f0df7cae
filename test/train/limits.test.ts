import { describe, expect, it } from 'vitest';
import {
  DataLoader,
  manualSeed,
  mseLoss,
  Trainer,
  type Batch,
  type Callback,
  type FitOptions,
  type Run,
} from 'decograd';
import { problem, timeless, weights } from './problem';

const quiet = { progress: false } as const;
type Problem = ReturnType<typeof problem>;

/** The loop by hand over the batches of each epoch: its losses, epoch by epoch, and the weights after it. */
async function byHand({ model, optimizer }: Problem, epochs: readonly (() => Iterable<Batch>)[]) {
  const losses: number[][] = [];
  for (const batches of epochs) {
    losses.push([]);
    for (const [x, y] of batches()) {
      optimizer.zeroGrad();
      const loss = mseLoss(model.forward(x), y);
      loss.backward();
      await optimizer.step();
      losses.at(-1)!.push(await loss.item());
    }
  }
  return { losses, weights: await weights(model) };
}

async function byTrainer(p: Problem, options: FitOptions, data: Parameters<Trainer['fit']>[0] = p.loader) {
  const losses: number[][] = [];
  const watch: Callback = {
    onEpochStart: () => void losses.push([]),
    onBatchEnd: (_, { loss }) => void losses.at(-1)!.push(loss),
  };
  const trainer = new Trainer(p.model, { ...p.trainer.options, callbacks: [watch] });
  const history = await trainer.fit(data, { ...options, ...quiet });
  return { found: { losses, weights: await weights(p.model) }, history };
}

const firsts = (p: Problem, count: number) => () => [...p.loader].slice(0, count);

describe('maxSteps', () => {
  it('ends in the middle of an epoch, whose record is of what was trained', async () => {
    const hand = problem();
    const wanted = await byHand(hand, [firsts(hand, 3), firsts(hand, 1)]);
    const p = problem();
    const { found, history } = await byTrainer(p, { maxSteps: 4, validation: p.loader });
    expect(found).toEqual(wanted);
    expect(history.epochs.map(({ loss, validation }) => [loss, validation !== undefined])).toEqual([
      [
        expect.closeTo((4 * wanted.losses[0]![0]! + 4 * wanted.losses[0]![1]! + 2 * wanted.losses[0]![2]!) / 10, 12),
        true,
      ],
      [wanted.losses[1]![0], true],
    ]);
    expect(history.stopped).toBeUndefined();
  });

  it('or epochs, whichever comes first', async () => {
    expect((await byTrainer(problem(), { maxSteps: 99, epochs: 2 })).found.losses.map((l) => l.length)).toEqual([3, 3]);
    expect((await byTrainer(problem(), { maxSteps: 2, epochs: 9 })).found.losses.map((l) => l.length)).toEqual([2]);
    expect((await byTrainer(problem(), { maxSteps: 3 })).found.losses.map((l) => l.length)).toEqual([3]);
    expect((await byTrainer(problem(), { maxSteps: 0 })).history).toEqual({ epochs: [] });
  });

  it('takes no batch of a stream that it does not train on, and closes it', async () => {
    const { trainer, loader } = problem();
    let [given, closed] = [0, false];
    const stream = {
      async *[Symbol.asyncIterator](): AsyncGenerator<Batch> {
        try {
          for (;;) for (const batch of loader) (given++, yield batch);
        } finally {
          closed = true;
        }
      },
    };
    await trainer.fit(stream, { maxSteps: 5, ...quiet });
    expect([given, closed]).toEqual([5, true]);
  });

  it('shows no number of epochs where there is none', async () => {
    const lines: string[] = [];
    const { progressLines } = await import('decograd');
    const { trainer, loader } = problem({ callbacks: [progressLines({ write: (text: string) => lines.push(text) })] });
    await trainer.fit(loader, { maxSteps: 4, ...quiet });
    expect(lines.map((line) => line.slice(0, 13))).toEqual(['epoch 1 loss ', 'epoch 2 loss ']);
  });
});

describe('limitBatches', () => {
  it.each([
    [2, 2, 2],
    [0.7, 2, 2],
    [0.34, 1, 1],
    [99, 3, 3],
    [{ train: 1 }, 1, 3],
    [{ validation: 2 }, 3, 2],
    [{ train: 2, validation: 0.5 }, 2, 1],
  ] as const)('%j: %i batches of training, %i of validation', async (limitBatches, train, validation) => {
    const hand = problem();
    const wanted = await byHand(hand, [firsts(hand, train), firsts(hand, train)]);
    const score = await hand.trainer.evaluate([...hand.loader].slice(0, validation));
    const p = problem();
    const { found, history } = await byTrainer(p, { epochs: 2, limitBatches, validation: p.loader });
    expect(found).toEqual(wanted);
    expect(history.epochs[1]!.validation).toEqual(score);
  });

  it('is what a run tells of its batches', async () => {
    const seen: (number | undefined)[] = [];
    const { trainer, loader } = problem({ callbacks: [{ onFitStart: (run: Run) => void seen.push(run.batches) }] });
    for (const limitBatches of [2, 99, 0.5]) await trainer.fit(loader, { epochs: 1, limitBatches, ...quiet });
    expect(seen).toEqual([2, 3, 1]);
  });

  it('takes shares of what tells how much it is alone', async () => {
    const { trainer, loader } = problem();
    const stream = { *[Symbol.iterator]() { yield* loader; } }; // prettier-ignore
    await expect(trainer.fit(stream, { epochs: 1, limitBatches: 0.5, ...quiet })).rejects.toThrow(
      'Trainer.fit: limitBatches is a share, 0.5, and the data does not tell how many batches it has; give a number of batches',
    );
    await expect(trainer.fit(loader, { epochs: 1, limitBatches: 0.2, ...quiet })).rejects.toThrow(
      'Trainer.fit: limitBatches: 0.2 of 3 batches is none',
    );
    await expect(trainer.fit(loader, { epochs: 1, validation: loader, limitBatches: { validation: 0.2 }, ...quiet })).rejects.toThrow('limitBatches of validation: 0.2 of 3'); // prettier-ignore
  });
});

describe('overfitBatches', () => {
  it('trains on the same batches in every epoch, those that came first', async () => {
    const hand = problem();
    const [batches] = [[...new DataLoader(hand.dataset, { batchSize: 3, shuffle: true })].slice(0, 2)];
    const wanted = await byHand(
      hand,
      Array(3).fill(() => batches),
    );
    const p = problem();
    const shuffled = new DataLoader(p.dataset, { batchSize: 3, shuffle: true });
    expect((await byTrainer(p, { epochs: 3, overfitBatches: 2 }, shuffled)).found).toEqual(wanted);
  });

  it('takes data that is in no batches in its order, unless told otherwise', async () => {
    const hand = problem();
    const wanted = await byHand(hand, [firsts(hand, 2), firsts(hand, 2)]);
    const p = problem();
    expect((await byTrainer(p, { epochs: 2, overfitBatches: 2, batchSize: 4 }, p.dataset)).found).toEqual(wanted);
    const q = problem();
    const { found } = await byTrainer(q, { epochs: 2, overfitBatches: 2, batchSize: 4, shuffle: true }, q.dataset);
    expect(found).not.toEqual(wanted);
  });

  it('learns them by heart, from a generator as well', async () => {
    const { trainer, loader, model } = problem();
    Object.defineProperty(model.dropout, 'p', { value: 0 });
    const { epochs } = await trainer.fit((function* () { yield* loader; })(), { epochs: 300, overfitBatches: 1, ...quiet }); // prettier-ignore
    expect(epochs.at(-1)!.loss).toBeLessThan(epochs[0]!.loss / 1000);
  });
});

describe('fastDevRun', () => {
  it('is one step and one batch of validation, whatever else is asked for, without what writes', async () => {
    const hand = problem();
    const wanted = await byHand(hand, [firsts(hand, 1)]);
    const score = await hand.trainer.evaluate([...hand.loader].slice(0, 1));
    const p = problem();
    const { found, history } = await byTrainer(p, { epochs: 50, maxSteps: 70, validation: p.loader, validateEvery: { steps: 100 }, limitBatches: 3, fastDevRun: true }); // prettier-ignore
    expect(found).toEqual(wanted);
    expect(history.epochs.map(({ validation }) => validation)).toEqual([score]);
    const log: string[] = [];
    const note = (name: string, writes?: boolean): Callback => ({ name, writes, onFitEnd: () => void log.push(name) });
    const { trainer, loader } = problem({ callbacks: [note('a'), note('b', true), note('c', false)] });
    await trainer.fit(loader, { fastDevRun: true, profile: '/no/such/folder/trace.json', ...quiet });
    expect(log).toEqual(['a', 'c']);
    await trainer.fit(loader, { epochs: 1, fastDevRun: false, ...quiet });
    expect(log).toEqual(['a', 'c', 'a', 'b', 'c']);
  });

  it('needs no epochs, and works with accumulated gradients', async () => {
    const { trainer, loader } = problem({ accumulate: 4 });
    const { epochs, steps } = await trainer.fit(loader, { fastDevRun: true, recordSteps: 1, ...quiet });
    expect([epochs.length, steps!.length]).toEqual([1, 1]);
  });
});

describe('seed', () => {
  it('is manualSeed at the start', async () => {
    const options = { epochs: 2, batchSize: 4 };
    const p = problem();
    manualSeed(11);
    const wanted = await byTrainer(p, options, [p.x, p.y]);
    const q = problem();
    manualSeed(5);
    const found = await byTrainer(q, { ...options, seed: 11 }, [q.x, q.y]);
    expect(timeless(found.history)).toEqual(timeless(wanted.history));
    expect(found.found).toEqual(wanted.found);
  });
});

describe('recordSteps', () => {
  it('notes every so manieth step', async () => {
    const { trainer, loader } = problem();
    const reports: unknown[] = [];
    const callbacks = [{ onBatchEnd: (run: Run, { loss, metrics }: { loss: number; metrics: object }) => void reports.push({ step: run.step, epoch: run.epoch, loss, metrics }) }]; // prettier-ignore
    const watched = new Trainer(trainer.model, { ...trainer.options, callbacks });
    const history = await watched.fit(loader, { epochs: 3, recordSteps: 4, ...quiet });
    expect(history.steps).toEqual([reports[3], reports[7]]);
    expect(JSON.parse(JSON.stringify(history))).toEqual(history);
  });
});

describe('data that shrinks', () => {
  it('within an epoch or from one to the next is named', async () => {
    const { trainer, dataset, loader } = problem();
    const list = [...loader];
    const shrinking = { length: 3, *[Symbol.iterator]() { yield* list.slice(0, 2); } }; // prettier-ignore
    await expect(trainer.fit(shrinking, { epochs: 1, ...quiet })).rejects.toThrow(
      'Trainer.fit: epoch 1: the data announced 3 batches by its length and gave 2; it must not shrink in a run',
    );
    await expect(trainer.evaluate(shrinking)).rejects.toThrow('Trainer.evaluate: the data announced 3 batches');
    let length = 10;
    const data = { get length() { return length; }, get: (i: number) => dataset.get(i) }; // prettier-ignore
    const shrink = new Trainer(trainer.model, {
      ...trainer.options,
      callbacks: [{ onEpochEnd: () => void (length = 5) }],
    });
    await expect(shrink.fit(data, { epochs: 2, batchSize: 4, ...quiet })).rejects.toThrow(
      'Trainer.fit: epoch 2: the data has 2 batches, and had 3 when the run began; it must not shrink in a run',
    );
    await expect(trainer.fit(list, { epochs: 2, ...quiet })).resolves.toBeDefined();
  });
});
