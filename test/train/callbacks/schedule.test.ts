import { describe, expect, it } from 'vitest';
import {
  CosineAnnealingLR,
  ReduceLROnPlateau,
  schedule,
  SGD,
  Trainer,
  ValueError,
  type ScheduleOptions,
} from 'decograd';
import { problem, weights } from '../problem';
import { temporaryFolder } from './folder';
import { fromEveryBoundary } from './resumed';

const quiet = { progress: false } as const;
const within = temporaryFolder();

/** A scheduler that writes down what it was given. */
const listener = () => {
  const given: unknown[][] = [];
  return { given, step: (...args: number[]) => void given.push(args) };
};

async function fitted(options: ScheduleOptions, validated = false) {
  const scheduler = listener();
  const { trainer, loader, x, y } = problem({ callbacks: [schedule(scheduler, options)] });
  const history = await trainer.fit(loader, { epochs: 2, ...(validated && { validation: [x, y] }), ...quiet });
  return { given: scheduler.given, epochs: history.epochs };
}

describe('schedule', () => {
  it('steps after every epoch, and is given nothing', async () => {
    expect((await fitted({})).given).toEqual([[], []]);
  });

  it('steps after every step of the optimizer', async () => {
    expect((await fitted({ per: 'step' })).given).toEqual([[], [], [], [], [], []]);
  });

  it('gives what is monitored: of the training, of the validation where there is one', async () => {
    const trained = await fitted({ monitor: 'absoluteError' });
    expect(trained.given).toEqual(trained.epochs.map(({ metrics }) => [metrics.absoluteError]));
    const validated = await fitted({ monitor: 'loss' }, true);
    expect(validated.given).toEqual(validated.epochs.map(({ validation }) => [validation!.loss]));
    expect(validated.given[0]).not.toEqual([validated.epochs[0]!.loss]);
    const batches = (await fitted({ monitor: 'loss', per: 'step' })).given.map(([loss]) => loss as number);
    const first = [0, 1, 2].reduce((sum, i) => sum + batches[i]! * [4, 4, 2][i]!, 0) / 10;
    expect(first).toBeCloseTo(trained.epochs[0]!.loss, 12);
  });

  it('changes the learning rate of the steps that follow', async () => {
    const rates: number[] = [];
    const { trainer, loader, optimizer } = problem({
      callbacks: [
        { onEpochStart: () => void rates.push(optimizer.paramGroups[0]!.lr) },
        schedule({ step: () => void (optimizer.paramGroups[0]!.lr /= 2) }),
      ],
    });
    await trainer.fit(loader, { epochs: 3, ...quiet });
    expect(rates).toEqual([0.1, 0.05, 0.025]);
  });

  it('says which numbers there are where there is none of the name', async () => {
    await expect(fitted({ monitor: 'accuracy' })).rejects.toThrow(
      "schedule.onFitStart: schedule: there is no number 'accuracy' to monitor; there are absoluteError, loss",
    );
  });

  it.each([
    [undefined, {}, 'schedule: takes a scheduler, which has a method step, first, not undefined'],
    [{ steps() {} }, {}, 'schedule: takes a scheduler, which has a method step, first, not an instance of Object'],
    [listener(), 'epoch', "schedule: options are one object with any of per, monitor; not 'epoch'"],
    [listener(), { every: 'step' }, "schedule: there is no option 'every'; known are per, monitor"],
    [listener(), { per: 'batch' }, "schedule: per must be 'epoch' or 'step', not \"batch\""],
    [listener(), { monitor: 3 }, "schedule: monitor must be 'loss' or the name of a metric, not 3"],
  ])('refuses %j, %j', (scheduler, options, message) => {
    expect(() => schedule(scheduler as never, options as never)).toThrow(new ValueError(message));
  });

  it('leaves out epochs that are not validated where the validation counts', async () => {
    const scheduler = listener();
    const { trainer, loader, x, y } = problem({ callbacks: [schedule(scheduler, { monitor: 'loss' })] });
    const { epochs } = await trainer.fit(loader, { epochs: 5, validation: [x, y], validateEvery: { epochs: 2 }, ...quiet }); // prettier-ignore
    expect(scheduler.given).toEqual([epochs[1], epochs[3]].map((record) => [record!.validation!.loss]));
  });

  it('reduces on a plateau as the scheduler alone does', async () => {
    const rates: number[] = [];
    const options = { patience: 1, factor: 0.5, threshold: 0.2 };
    const made = problem();
    const scheduler = new ReduceLROnPlateau(made.optimizer, options);
    const callbacks = [
      schedule(scheduler, { monitor: 'loss' }),
      { onEpochEnd: () => void rates.push(made.optimizer.paramGroups[0]!.lr) },
    ];
    const { epochs } = await new Trainer(made.model, { ...made.trainer.options, callbacks }).fit(made.loader, { epochs: 12, ...quiet }); // prettier-ignore
    const alone = new SGD(made.model, { lr: 0.1 });
    const plateau = new ReduceLROnPlateau(alone, options);
    const wanted = epochs.map(({ loss }) => (plateau.step(loss), alone.paramGroups[0]!.lr));
    expect(rates).toEqual(wanted);
    expect(new Set(wanted).size).toBeGreaterThan(1);
  });

  it.each(['epoch', 'step'] as const)('goes on per %s where a run was left', async (per) => {
    const lrs = ({ optimizer, model }: ReturnType<typeof problem>) =>
      weights(model).then((values) => [values, optimizer.paramGroups[0]!.lr]);
    const cosine = { callbacks: ({ optimizer }: ReturnType<typeof problem>) => [schedule(new CosineAnnealingLR(optimizer, { tMax: 10 }), { per })] }; // prettier-ignore
    const plateau = { callbacks: ({ optimizer }: ReturnType<typeof problem>) => [schedule(new ReduceLROnPlateau(optimizer, { patience: 0, threshold: 0.9 }), { per, monitor: 'loss' })] }; // prettier-ignore
    for (const setting of [cosine, plateau])
      expect(await fromEveryBoundary({ ...setting, result: lrs, folder: within('') })).toBe(12);
  });

  it("refuses a scheduler whose optimizer is not the run's, and takes one of the others", async () => {
    const { model, trainer, loader, optimizer } = problem();
    const other = new SGD(model, { lr: 0.1 });
    const scheduler = new CosineAnnealingLR(other, { tMax: 10 });
    const callbacks = [schedule(scheduler)];
    const refused = new Trainer(model, { ...trainer.options, callbacks }).fit(loader, { epochs: 1, ...quiet });
    await expect(refused).rejects.toThrow('schedule: the scheduler is of an optimizer that the trainer does not have');
    const both = new Trainer(model, { ...trainer.options, metrics: {}, callbacks, optimizers: { optimizer, other }, trainStep: () => ({ loss: 1 }) }); // prettier-ignore
    await both.fit(loader, { epochs: 1, ...quiet });
    expect(scheduler.lastEpoch).toBe(1);
  });

  it('refuses ReduceLROnPlateau without a number to go by', () => {
    const { optimizer } = problem();
    expect(() => schedule(new ReduceLROnPlateau(optimizer))).toThrow(
      new ValueError("schedule: ReduceLROnPlateau goes by a number; give monitor, 'loss' or the name of a metric"),
    );
  });
});
