import { describe, expect, it } from 'vitest';
import { DataLoader, f1, infer, init, module, Module, mseLoss, noGrad, param, randn, SGD, Trainer, type Batch, type Callback, type Parameter, type StreamingMetric, type Tensor, type ValidationRecord } from 'decograd'; // prettier-ignore
import { problem, timeless, weights } from './problem';

const quiet = { progress: false } as const;

/** The validation loss by hand. */
async function lossOf({ model, x, y }: ReturnType<typeof problem>): Promise<number> {
  model.eval();
  const loss = await noGrad(() => mseLoss(model.forward(x), y)).item();
  model.train();
  return loss;
}

describe('validateEvery', () => {
  it('so many steps: the numbers of a loop by hand, in a history of their own', async () => {
    const hand = problem();
    const wanted: number[] = [];
    let step = 0;
    for (let epoch = 0; epoch < 3; epoch++)
      for (const [x, y] of hand.loader) {
        hand.optimizer.zeroGrad();
        mseLoss(hand.model.forward(x), y).backward();
        await hand.optimizer.step();
        if (++step % 2 === 0) wanted.push(await lossOf(hand));
      }
    const { trainer, loader, model, x, y } = problem({ metrics: {} });
    const history = await trainer.fit(loader, {
      epochs: 3,
      validation: [[x, y]],
      validateEvery: { steps: 2 },
      ...quiet,
    });
    const { validations } = history;
    expect(validations!.map(({ loss }) => loss)).toEqual(wanted);
    expect(validations!.map((r) => [r.step, r.epoch])).toEqual([[2, 1], [4, 2], [6, 2], [8, 3]]); // prettier-ignore
    expect(history.epochs.map(({ validation }) => validation?.loss)).toEqual([wanted[0], wanted[2], wanted[3]]);
    expect(await weights(model)).toEqual(await weights(hand.model));
    expect(JSON.parse(JSON.stringify(history))).toEqual(history);
  });

  it('so many epochs', async () => {
    const every = problem();
    const all = timeless(await every.trainer.fit(every.loader, { epochs: 5, validation: every.loader, ...quiet }));
    const { trainer, loader } = problem();
    const some = timeless(await trainer.fit(loader, { epochs: 5, validation: loader, validateEvery: { epochs: 2 }, ...quiet })); // prettier-ignore
    expect(some.epochs.map(({ validation }) => validation)).toEqual(
      all.epochs.map(({ epoch, validation }) => (epoch % 2 === 0 ? validation : undefined)),
    );
    expect(some.epochs.map(({ loss }) => loss)).toEqual(all.epochs.map(({ loss }) => loss));
    expect('validations' in some).toBe(false);
  });

  it('tells callbacks, before and after', async () => {
    const log: string[] = [];
    const watch: Callback = {
      onBatchEnd: (run) => void log.push(`batch, step ${run.step}`),
      onValidationStart: (run) => void log.push(`validating at ${run.step}, ${run.validates}`),
      onValidationEnd: (_, { step, epoch, loss }: ValidationRecord) =>
        void log.push(`validated ${step} of ${epoch}, ${Number.isFinite(loss)}`),
      onEpochEnd: () => void log.push('epoch'),
    };
    const { trainer, loader } = problem({ callbacks: [watch] });
    await trainer.fit(loader, { epochs: 1, validation: loader, validateEvery: { steps: 2 }, ...quiet });
    expect(log).toEqual(['batch, step 1', 'batch, step 2', 'validating at 2, true', 'validated 2 of 1, true', 'batch, step 3', 'epoch']); // prettier-ignore
    log.length = 0;
    await trainer.fit(loader, { epochs: 1, validation: loader, ...quiet });
    expect(log.slice(-3)).toEqual(['validating at 3, true', 'validated 3 of 1, true', 'epoch']);
  });

  it('leaves what a metric has taken in of the epoch alone', async () => {
    const fit = async (steps: number) => {
      const { model, optimizer, x } = problem();
      const labels = x.sum(1).gt(0).int();
      const loss = (output: Tensor) => output.square().mean();
      const trainer = new Trainer(model, { optimizer, loss, metrics: { f1: f1() } });
      const { epochs } = await trainer.fit([x, labels], { epochs: 2, batchSize: 4, shuffle: false, validation: [x, labels], validateEvery: { steps }, ...quiet }); // prettier-ignore
      return epochs.map(({ metrics }) => metrics);
    };
    expect(await fit(2)).toEqual(await fit(100));
    const metric: StreamingMetric = { update: () => undefined, compute: () => 1, reset: () => undefined };
    const { trainer, loader } = problem({ metrics: { mine: metric } as never });
    await expect(trainer.fit(loader, { epochs: 1, validation: loader, validateEvery: { steps: 1 }, ...quiet })).rejects.toThrow(/^Trainer\.fit: metric mine is in the middle of an epoch .* give it fresh\(\)/); // prettier-ignore
  });
});

describe('before the first step', () => {
  it('a batch of the validation data is tried, and a mistake in it costs nothing', async () => {
    const log: string[] = [];
    const { trainer, loader, model } = problem({ callbacks: [{ onFitStart: () => void log.push('began') }] });
    const before = await weights(model);
    const wide: Batch = [randn([4, 5]), randn([4, 2])];
    await expect(trainer.fit(loader, { epochs: 1, validation: [wide], ...quiet })).rejects.toThrow(
      /^Trainer\.fit: validation, before the first step: batch 1: matmul: \[4, 5\] times \[3, 8\]/,
    );
    expect([await weights(model), log]).toEqual([before, []]);
  });

  it('as many as asked, and none with 0', async () => {
    const tried = async (options: object) => {
      const { trainer, loader, model } = problem();
      const modes: boolean[] = [];
      model.registerForwardHook(() => void modes.push(model.training));
      await trainer.fit(loader, { epochs: 1, validation: loader, ...options, ...quiet });
      return modes.indexOf(true);
    };
    expect(await tried({})).toBe(1);
    expect(await tried({ sanityValidation: 2 })).toBe(2);
    expect(await tried({ sanityValidation: 9 })).toBe(3);
    expect(await tried({ sanityValidation: 0 })).toBe(0);
  });

  it('is in no history, and draws nothing', async () => {
    const run = async (sanityValidation: number) => {
      const { trainer, dataset, loader } = problem();
      const validation = new DataLoader(dataset, { batchSize: 3, shuffle: true });
      const options = {
        epochs: 2,
        validation,
        sanityValidation,
        validateEvery: { steps: 2 },
        recordSteps: 1,
        ...quiet,
      };
      return timeless(await trainer.fit(loader, options));
    };
    expect(await run(3)).toEqual(await run(0));
  });

  it('uses up no generator, and decides no sizes', async () => {
    @module
    class Lazy extends Module {
      @param([infer((x: Tensor) => x.shape[1]!), 2], { init: init.normal() }) weight!: Parameter;
      forward(x: Tensor) {
        return x.matmul(this.weight);
      }
    }
    const { trainer, loader } = problem();
    const once = (function* () { yield* loader; })(); // prettier-ignore
    const all = await trainer.evaluate(loader);
    trainer.options.optimizer!.paramGroups[0]!.lr = 0;
    const { epochs } = await trainer.fit(loader, { epochs: 1, validation: once, ...quiet });
    expect(epochs[0]!.validation).toEqual(all);
    const model = new Lazy();
    const lazy = new Trainer(model, { optimizer: new SGD(model), loss: mseLoss });
    await expect(lazy.fit(loader, { epochs: 1, validation: [[randn([4, 5]), randn([4, 2])]], ...quiet })).rejects.toThrow(/epoch 1: validation: batch 1/); // prettier-ignore
    expect(model.weight.shape).toEqual([3, 2]);
  });
});
