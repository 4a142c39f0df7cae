import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { BatchNorm1d, CosineAnnealingLR, Dropout, ema, Linear, Module, module, mseLoss, schedule, ScheduleFreeAdamW, Sequential, SGD, StateError, swa, Tanh, tensor, Trainer, updateStatistics, ValueError, type AveragingCallback, type Callback, type Tensor } from 'decograd'; // prettier-ignore
import { problem, weights } from '../problem';
import { temporaryFolder } from './folder';
import { fromEveryBoundary } from './resumed';

type Listed = { shape: number[]; values: number[] };
type State = Record<string, Listed>;
const wanted = JSON.parse(readFileSync('test/fixtures/averages.json', 'utf8')) as Record<'start' | 'trained' | 'ema' | 'sparse' | 'swa', State> & {
  batches: [Listed, Listed][];
  held: [Listed, Listed];
  rates: number[];
  validations: { averages: number; parameters: number }[];
  swalr: { anneal: 'cos' | 'linear'; annealEpochs: number; rates: number[] }[];
}; // prettier-ignore
const quiet = { progress: false } as const;
const within = temporaryFolder();
const of = ({ shape, values }: Listed): Tensor => tensor(values).reshape(shape);
const batches = wanted.batches.map(([x, y]) => [of(x), of(y)] as [Tensor, Tensor]);
const held = wanted.held.map(of) as [Tensor, Tensor];
const network = () => new Sequential(new Linear(3, 4), new BatchNorm1d(4), new Tanh(), new Linear(4, 2));

/** PyTorch's run, with callbacks; rates as each epoch begins. */
async function trained(callbacks: Callback[]) {
  const model = network();
  const start = Object.fromEntries(Object.entries(wanted.start).map(([key, value]) => [key, of(value)]));
  model.loadStateDict(start, { strict: false });
  const optimizer = new SGD(model, { lr: 0.2 });
  const rates: number[] = [];
  const watch: Callback = { onEpochStart: () => void rates.push(optimizer.paramGroups[0]!.lr) };
  const trainer = new Trainer(model, { optimizer, loss: mseLoss, callbacks: [...callbacks, watch] });
  const history = await trainer.fit(batches, { epochs: 8, validation: [held], ...quiet });
  return { model, rates, history };
}

async function expectState(state: Record<string, Tensor>, torch: State, keys = Object.keys(torch)) {
  const camel = (key: string) => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  for (const key of keys) {
    const values = await state[camel(key)]!.data();
    expect(values.length).toBe(torch[key]!.values.length);
    torch[key]!.values.forEach((value, i) => expect(Math.abs(values[i]! - value), `${key} ${i}`).toBeLessThan(5e-6));
  }
}
const parametersOf = (state: State) => Object.keys(state).filter((key) => !key.includes('running'));

/** The rates of that run. */
const rated: Callback = {
  onEpochStart: ({ epoch, optimizer }) => void (optimizer.paramGroups[0]!.lr = wanted.rates[epoch - 1]!),
};

describe('ema', () => {
  it("has PyTorch's averages, in validations too, and leaves the run alone", async () => {
    const average = ema({ decay: 0.9 });
    const { model, history } = await trained([rated, average]);
    await expectState(average.values(), wanted.ema);
    await expectState(model.stateDict(), wanted.trained);
    history.epochs.forEach(({ validation }, i) => expect(validation!.loss).toBeCloseTo(wanted.validations[i]!.averages, 5)); // prettier-ignore
    expect((await trained([])).history.epochs[0]!.validation!.loss).toBeCloseTo(wanted.validations[0]!.parameters, 5);
    average.apply(model);
    await expectState(model.stateDict(), wanted.ema);
  });

  it('counts every so manieth step', async () => {
    const average = ema({ decay: 0.9, every: 2 });
    await trained([rated, average]);
    await expectState(average.values(), wanted.sparse, parametersOf(wanted.sparse));
  });

  it('begins with small decays where it warms up', async () => {
    const average = ema({ decay: 0.5, warmUp: true });
    const [seen, means]: [number[], number[]] = [[], []];
    const { trainer, loader, model } = problem();
    const note: Callback = {
      onStepEnd: async () => {
        seen.push((await model.hidden.bias!.data())[0]!);
        means.push((await average.values()['hidden.bias']!.data())[0]!);
      },
    };
    await new Trainer(model, { ...trainer.options, callbacks: [average, note] }).fit(loader, { epochs: 4, ...quiet });
    let mean = seen[0]!;
    seen.forEach((value, n) => {
      const decay = Math.min(0.5, (1 + n) / (10 + n)); // from the ninth on the decay itself
      if (n > 0) mean = decay * mean + (1 - decay) * value;
      expect(means[n]).toBeCloseTo(mean, 6);
    });
  });

  it('puts the parameters back where a validation fails', async () => {
    const average = ema({ decay: 0.5 });
    const failing: Callback = { onValidationStart: () => Promise.reject(new Error('mine')) };
    const made = problem({ callbacks: [average, failing] });
    const after: unknown[] = [];
    const note: Callback = {
      onStepEnd: async ({ step }) => void (step === 3 && after.push(await weights(made.model))),
    };
    const trainer = new Trainer(made.model, { ...made.trainer.options, callbacks: [note, average, failing] });
    await expect(trainer.fit(made.loader, { epochs: 1, validation: [made.x, made.y], ...quiet })).rejects.toThrow(
      'mine',
    );
    expect([await weights(made.model)]).toEqual(after);
  });

  it.each([
    [{ decay: 1 }, 'ema: decay must be a number of at least 0 and below 1, not 1'],
    [{ decay: -0.1 }, 'ema: decay must be a number of at least 0, not -0.1'],
    [{ every: 0 }, 'ema: every must be a whole number of at least 1, not 0'],
    [{ warmup: true }, "ema: there is no option 'warmup'; did you mean 'warmUp'?"],
    [{ warmUp: 10 }, 'ema: warmUp must be true or false, not 10'],
  ])('refuses %j', (options, message) => {
    expect(() => ema(options as never)).toThrow(new ValueError(message));
  });
});

describe('swa', () => {
  it("ends with PyTorch's averages, rates and statistics in the model", async () => {
    const average = swa({ start: 3, lr: 0.05, annealEpochs: 4, data: batches });
    const { model, rates, history } = await trained([average]);
    rates.forEach((rate, i) => expect(rate).toBeCloseTo(wanted.rates[i]!, 12));
    await expectState(model.stateDict(), wanted.swa);
    history.epochs.forEach(({ validation }, i) => expect(validation!.loss).toBeCloseTo(wanted.validations[i]!.parameters, 5)); // prettier-ignore
  });

  it.each(wanted.swalr)('has the rates of SWALR: $anneal, $annealEpochs', async ({ rates, ...options }) => {
    const seen: number[] = [];
    const { model, trainer, loader } = problem();
    const optimizer = new SGD(model, { lr: 0.3 });
    const watch: Callback = { onEpochStart: () => void seen.push(optimizer.paramGroups[0]!.lr) };
    const callbacks = [swa({ start: 1, lr: 0.05, ...options }), watch];
    await new Trainer(model, { ...trainer.options, optimizer, callbacks }).fit(loader, { epochs: 8, ...quiet });
    seen.forEach((rate, i) => expect(rate).toBeCloseTo(rates[i]!, 12));
  });

  it('averages every so manieth epoch, all alike', async () => {
    const seen: number[][] = [];
    const { model, trainer, loader } = problem();
    const watch: Callback = { onEpochEnd: async () => void seen.push([...(await model.output.weight.data())]) };
    const callbacks = [swa({ start: 2, every: 3 }), watch];
    await new Trainer(model, { ...trainer.options, callbacks }).fit(loader, { epochs: 9, ...quiet });
    const mean = seen[0]!.map((_, i) => [1, 4, 7].reduce((sum, epoch) => sum + seen[epoch]![i]! / 3, 0));
    (await model.output.weight.data()).forEach((value, i) => expect(value).toBeCloseTo(mean[i]!, 6));
  });

  it('leaves the parameters where the run fails or ends before, and says what misses statistics', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const failing: Callback = { onStepEnd: ({ step }) => (step === 7 ? Promise.reject(new Error('mine')) : undefined) };
    const made = problem();
    const trainer = new Trainer(made.model, { ...made.trainer.options, callbacks: [swa({ start: 1 }), failing] });
    await expect(trainer.fit(made.loader, { epochs: 3, ...quiet })).rejects.toThrow('mine');
    const plain = problem();
    await plain.trainer.fit(plain.loader, { maxSteps: 7, ...quiet });
    expect(await weights(made.model)).toEqual(await weights(plain.model));
    expect(warned).not.toHaveBeenCalled();
    await trained([swa({ start: 9 })]);
    expect(warned).not.toHaveBeenCalled();
    await trained([swa({ start: 3 })]);
    expect(warned.mock.calls.flat().join()).toContain('swa: the running statistics of batch norms are not those');
    warned.mockRestore();
  });

  it.each([
    [{}, 'swa: start must be a whole number of at least 1, not undefined'],
    [{ start: 0.5 }, 'swa: start must be a whole number of at least 1, not 0.5'],
    [{ start: 1, lr: -1 }, 'swa: lr must be a number of at least 0, not -1'],
    [{ start: 1, anneal: 'cos' }, 'swa: anneal has no effect without lr, the rate to come to'],
    [{ start: 1, lr: 1, anneal: 'sin' }, "swa: anneal must be 'cos' or 'linear', not \"sin\""],
    [{ start: 1, lr: 1, annealEpochs: -1 }, 'swa: annealEpochs must be a whole number of at least 0, not -1'],
    [{ start: 1, evry: 2 }, "swa: there is no option 'evry'; did you mean 'every'?"],
  ])('refuses %j', (options, message) => {
    expect(() => swa(options as never)).toThrow(new ValueError(message));
  });
});

describe.each([
  ['ema', () => ema({ decay: 0.7, warmUp: true })],
  ['swa', () => swa({ start: 2, lr: 0.01, annealEpochs: 2 })],
] as [string, () => AveragingCallback][])('%s', (name, make) => {
  it('goes on where a run was left', async () => {
    type Made = ReturnType<typeof problem>;
    const callbacks = ({ optimizer }: Made) => [make(), schedule(new CosineAnnealingLR(optimizer, { tMax: 20 }), { per: 'step' })]; // prettier-ignore
    const result = async ({ model, optimizer }: Made, [average]: readonly Callback[]) => {
      const averages = Object.entries((average as AveragingCallback).values()).map(async ([path, t]) => [path, [...(await t.data())]]); // prettier-ignore
      return [await weights(model), await Promise.all(averages), optimizer.paramGroups[0]!.lr];
    };
    expect(await fromEveryBoundary({ callbacks, result, folder: within('') })).toBe(12);
  });

  it('refuses an optimizer that averages by itself, and has no averages before a run', async () => {
    const { model, trainer, loader } = problem();
    const optimizer = new ScheduleFreeAdamW(model, { lr: 0.01 });
    const callback = make();
    expect(() => callback.values()).toThrow(StateError);
    expect(() => callback.apply(model)).toThrow(`${name}: there is no average yet; it begins with a step of the run`);
    const refused = new Trainer(model, { ...trainer.options, optimizer, callbacks: [callback] }).fit(loader, { epochs: 1, ...quiet }); // prettier-ignore
    await expect(refused).rejects.toThrow(`${name}: ScheduleFreeAdamW averages the parameters by itself`);
  });

  it('refuses the state of another model', () => {
    const callback = make();
    const run = { model: new Linear(2, 2), optimizers: [new SGD(new Linear(2, 2), { lr: 1 })] };
    void callback.onFitStart!(run as never);
    expect(() => callback.loadStateDict!({ count: 1, values: { weight: tensor([1]) } })).toThrow(
      `${name}: the state has no average for weight; it is of another model`,
    );
  });
});

describe('updateStatistics', () => {
  @module
  class Failing extends Module {
    readonly norm = new BatchNorm1d(3);
    readonly dropout = new Dropout(0.5);
    calls = 0;
    forward(x: Tensor): Tensor {
      if (this.calls++ === 1) throw new Error('mine');
      return this.dropout.forward(this.norm.forward(x));
    }
  }

  it('leaves modes, momenta and, where it fails, statistics as they were', async () => {
    const model = new Failing();
    model.eval();
    const stats = async () => [[...(await model.norm.runningMean!.data())], [...(await model.norm.runningVar!.data())], await model.norm.numBatchesTracked!.item()]; // prettier-ignore
    const before = await stats();
    await expect(updateStatistics(model, batches)).rejects.toThrow('mine');
    expect(await stats()).toEqual(before);
    await updateStatistics(model, batches);
    expect((await stats())[2]).toBe(3);
    expect([model.training, model.norm.training, model.norm.momentum]).toEqual([false, false, 0.1]);
  });

  it('refuses what gives no batch, and options that there are not', async () => {
    await expect(updateStatistics(network(), [])).rejects.toThrow('updateStatistics: the data gave no batch');
    await expect(updateStatistics(network(), batches, { batchsize: 1 } as never)).rejects.toThrow(
      "updateStatistics: there is no option 'batchsize'; did you mean 'batchSize'?",
    );
    await updateStatistics(new Linear(1, 1), []); // nothing to compute
  });
});
