import { describe, expect, it } from 'vitest';
import { earlyStopping, isTraining, ValueError, type Callback, type EpochRecord, type Run } from 'decograd';
import { problem, recorder, timeless, weights } from './problem';

const quiet = { progress: false } as const;

describe('events', () => {
  it('come in order, each callback awaited before the next', async () => {
    const log: string[] = [];
    const { trainer, loader } = problem({ callbacks: [recorder(log, 'a '), recorder(log, 'b ')] });
    await trainer.fit(loader, { epochs: 2, ...quiet });
    const epoch = (e: number) => [
      `epoch ${e}`,
      ...[4, 4, 2].map((size, i) => `batch ${i + 1} of ${size}, step ${3 * (e - 1) + i + 1}`),
      `epoch ${e} done, ${e} in history`,
    ];
    const events = ['fit of 2', ...epoch(1), ...epoch(2), 'fit done at 2'];
    expect(log).toEqual(events.flatMap((event) => [`a ${event}`, `b ${event}`]));
  });

  it('show the run: its parts, its batches, and what was reported', async () => {
    const runs = new Set<Run>();
    const reports: unknown[] = [];
    const seen: Callback = {
      onFitStart: (run) => void runs.add(run),
      onBatchEnd: (run, report) => void (runs.add(run), reports.push(report)),
    };
    const { trainer, loader, model, optimizer } = problem({ callbacks: [seen] });
    const history = await trainer.fit(loader, { epochs: 1, ...quiet });
    const [run] = runs;
    expect(runs.size).toBe(1);
    expect([run!.model, run!.optimizer, run!.history, run!.batches]).toEqual([model, optimizer, history, 3]);
    expect(run!.history).toBe(history);
    expect(reports[2]).toEqual({
      batch: 3,
      size: 2,
      loss: expect.any(Number) as number,
      metrics: { absoluteError: expect.any(Number) as number },
      average: { loss: history.epochs[0]!.loss, metrics: history.epochs[0]!.metrics },
    });
    await trainer.fit((function* () { yield* loader; })(), { epochs: 1, ...quiet }); // prettier-ignore
    expect([...runs][1]!.batches).toBeUndefined();
  });

  it('may be methods of a class, with state of its own', async () => {
    class Counter implements Callback {
      count = 0;
      onBatchEnd() {
        this.count++;
      }
    }
    const counter = new Counter();
    const { trainer, loader } = problem({ callbacks: [counter] });
    await trainer.fit(loader, { epochs: 2, ...quiet });
    expect(counter.count).toBe(6);
  });

  it('may change the learning rate', async () => {
    const schedule: Callback = {
      onEpochStart: (run) => void (run.optimizer.paramGroups[0]!.lr = run.epoch === 2 ? 0 : 0.1),
    };
    const { trainer, loader, model } = problem({ callbacks: [schedule, { onEpochEnd: async () => void after.push(await weights(model)) }] }); // prettier-ignore
    const after: unknown[] = [];
    await trainer.fit(loader, { epochs: 3, ...quiet });
    expect(after[1]).toEqual(after[0]);
    expect(after[2]).not.toEqual(after[1]);
  });
});

describe('a callback that throws', () => {
  const events = ['onFitStart', 'onEpochStart', 'onBatchEnd', 'onEpochEnd', 'onFitEnd'] as const;

  it.each(events)('in %s ends the run with its error, and the others hear of the end', async (event) => {
    const log: string[] = [];
    const failure = new ValueError('no more');
    const bad: Callback = { [event]: () => Promise.reject(failure) };
    const { trainer, loader, model } = problem({ callbacks: [bad, recorder(log)] });
    model.dropout.eval();
    const error: unknown = await trainer.fit(loader, { epochs: 2, ...quiet }).catch((thrown: unknown) => thrown);
    expect(error).toBe(failure);
    expect(failure.message).toBe(`callbacks[0].${event}: no more`);
    expect(log.filter((entry) => entry.startsWith('fit done'))).toEqual([`fit done at ${{ onFitStart: 0, onFitEnd: 2 }[event as string] ?? 1}`]); // prettier-ignore
    expect([model, model.hidden, model.dropout].map(isTraining)).toEqual([true, true, false]);
  });

  it('is named by its name, its class, or its place', async () => {
    class Logger implements Callback {
      onEpochEnd() {
        throw new TypeError('disk full');
      }
    }
    const says = async (...callbacks: Callback[]) => {
      const { trainer, loader } = problem({ callbacks });
      const thrown: unknown = await trainer.fit(loader, { epochs: 1 }).catch((error: unknown) => error);
      return thrown as Error & { cause?: unknown };
    };
    const bad = { onEpochEnd: new Logger().onEpochEnd };
    const named = await says({ name: 'backup', ...bad });
    expect([named.message, named.constructor]).toEqual(['backup.onEpochEnd: disk full', TypeError]);
    expect(named.stack).toContain('backup.onEpochEnd: disk full');
    expect((await says(new Logger())).message).toBe('Logger.onEpochEnd: disk full');
    expect((await says({}, bad)).message).toBe('callbacks[1].onEpochEnd: disk full');
    const text = await says({ onFitEnd: () => Promise.reject('no error') });
    expect([text.message, text.cause]).toEqual(['callbacks[0].onFitEnd: threw "no error"', 'no error']);
    const once = new Error('again');
    const same = { onFitStart: () => Promise.reject(once) };
    expect([(await says(same)).message, (await says(same)).message]).toEqual(
      Array(2).fill('callbacks[0].onFitStart: again'),
    );
    expect((await says(earlyStopping(), { name: '', ...bad })).message).toBe('callbacks[1].onEpochEnd: disk full');
  });

  it('in the end as well does not hide what went wrong first', async () => {
    const reject = (text: string) => () => Promise.reject(new Error(text));
    const { trainer, loader } = problem({ callbacks: [{ onBatchEnd: reject('first'), onFitEnd: reject('second') }] });
    await expect(trainer.fit(loader, { epochs: 1, ...quiet })).rejects.toThrow('first');
  });

  it('leaves a trainer that can be used again', async () => {
    const wanted = problem();
    const history = timeless(await wanted.trainer.fit(wanted.loader, { epochs: 1, ...quiet }));
    let throws = true;
    const bad: Callback = {
      onEpochStart() {
        if (throws) throw new Error('once');
      },
    };
    const { trainer, loader } = problem({ callbacks: [bad] });
    await expect(trainer.fit(loader, { epochs: 1, ...quiet })).rejects.toThrow('once');
    throws = false;
    expect(timeless(await trainer.fit(loader, { epochs: 1, ...quiet }))).toEqual(history);
  });
});

describe('stopping', () => {
  it('ends the run after the epoch, and says why in the history', async () => {
    const stopper: Callback = { onBatchEnd: (run) => (run.step === 4 ? run.stop('enough') : undefined) };
    const { trainer, loader } = problem({ callbacks: [stopper] });
    const history = await trainer.fit(loader, { epochs: 5, ...quiet });
    expect([history.epochs.length, history.stopped]).toEqual([2, 'enough']);
    expect((await trainer.fit(loader, { epochs: 1, ...quiet })).stopped).toBeUndefined();
  });
});

describe('earlyStopping', () => {
  /** Epochs until it stops a run of these losses, or null. */
  function stopsAfter(losses: readonly number[], options = {}, validated = false): number | null {
    const callback = earlyStopping(options);
    let stopped: string | undefined;
    const run = { stop: (reason: string) => (stopped = reason) } as unknown as Run;
    void callback.onFitStart!(run);
    for (const [i, loss] of losses.entries()) {
      const record = { epoch: i + 1, loss, metrics: {}, seconds: 0 };
      const validation = { loss, metrics: {} };
      void callback.onEpochEnd!(run, (validated ? { ...record, loss: -i, validation } : record) as EpochRecord);
      if (stopped) return i + 1;
    }
    return null;
  }

  it.each([
    ['falling goes on', [5, 4, 3, 2, 1], {}, null],
    ['patience is 3 epochs', [5, 5, 5, 5, 5], {}, 4],
    ['or as many as asked', [5, 6], { patience: 1 }, 2],
    ['a new best starts it anew', [5, 6, 6, 4, 5, 5, 5], {}, 7],
    ['coming back is no new best', [5, 6, 5, 5], {}, 4],
    ['a fall below minDelta is none', [5, 4.95, 4.93, 4.92], { minDelta: 0.1 }, 4],
    ['but adds up', [5, 4.95, 4.89, 4.85, 4.82, 4.78], { minDelta: 0.1 }, null],
    ['NaN is no fall', [5, NaN, NaN, NaN], {}, 4],
  ] as const)('%s', (_, losses, options, epochs) => {
    expect(stopsAfter(losses, options)).toBe(epochs);
    expect(stopsAfter(losses, options, true)).toBe(epochs);
  });

  it('does not count epochs that a run with validation does not validate', async () => {
    const { trainer, loader, optimizer } = problem({ callbacks: [earlyStopping({ patience: 2 })] });
    optimizer.paramGroups[0]!.lr = 0;
    const { epochs } = await trainer.fit(loader, {
      epochs: 20,
      validation: loader,
      validateEvery: { epochs: 3 },
      ...quiet,
    });
    expect(epochs.length).toBe(9);
  });

  it('goes by a metric, the larger or the smaller the better', async () => {
    const rows = [['max', [1, 3, 2, 3, 4], 'worth has not risen for 2 epochs'], ['min', [4, 2, 3, 2, 1], 'worth has not fallen for 2 epochs']] as const; // prettier-ignore
    for (const [mode, values, why] of rows) {
      const callbacks = [earlyStopping({ patience: 2, monitor: 'worth', mode })];
      let batches = 0;
      const worth = () => values[Math.floor(batches++ / 3)]; // three batches an epoch
      const { trainer, loader } = problem({ callbacks, metrics: { worth } });
      const history = await trainer.fit(loader, { epochs: 9, ...quiet });
      expect([history.epochs.length, history.stopped]).toEqual([4, why]);
    }
  });

  it('says which numbers there are, where its own is none of them, before anything is trained', async () => {
    const { trainer, loader, model } = problem({ callbacks: [earlyStopping({ monitor: 'acuracy', mode: 'max' })] });
    const says = "there is no number 'acuracy' to monitor; there are absoluteError, loss";
    const before = await model.output.weight.data();
    await expect(trainer.fit(loader, { epochs: 2, ...quiet })).rejects.toThrow(says);
    expect(await model.output.weight.data()).toEqual(before);
  });

  it('goes by what a training step of ones own gives, and says so where it does not give it', async () => {
    const fitted = (monitor: string) => {
      const trainStep = () => ({ loss: 1, score: 2 });
      const { trainer, loader } = problem({ callbacks: [earlyStopping({ monitor, mode: 'max' })], trainStep });
      return trainer.fit(loader, { epochs: 9, ...quiet });
    };
    expect((await fitted('score')).stopped).toBe('score has not risen for 3 epochs');
    await expect(fitted('scorr')).rejects.toThrow("there is no number 'scorr' to monitor; there are score, loss");
  });

  it('ends a fit, and begins anew with the next', async () => {
    const { trainer, loader, optimizer, model } = problem({ callbacks: [earlyStopping({ patience: 2 })] });
    optimizer.paramGroups[0]!.lr = 0;
    model.eval();
    Object.defineProperty(model.dropout, 'p', { value: 0 });
    for (let i = 0; i < 2; i++) {
      const history = await trainer.fit(loader, { epochs: 9, ...quiet });
      expect([history.epochs.length, history.stopped]).toEqual([3, 'the loss has not fallen for 2 epochs']);
    }
  });
});
