import { describe, expect, it } from 'vitest';
import * as d from 'decograd';
import {
  accuracy,
  DataLoader,
  earlyStopping,
  MSELoss,
  mseLoss,
  SGD,
  tensor,
  Trainer,
  ValueError,
  type Tensor,
} from 'decograd';
import { Net, problem, weights } from './problem';

/** What is done with a sound problem, and what its error must say: where, what, and what is allowed. */
type Row = readonly [what: string, attempt: (p: ReturnType<typeof problem>) => unknown, ...says: string[]];
const any = (value: unknown) => value as never;
const quiet = { epochs: 1, progress: false } as const;
const make = (changes: object) => ({ model, optimizer }: ReturnType<typeof problem>) =>
  new Trainer(model, { optimizer, loss: mseLoss, ...changes } as never); // prettier-ignore
const fit = (options: object) => ({ trainer, x, y }: ReturnType<typeof problem>) => trainer.fit([x, y], { ...quiet, ...options } as never); // prettier-ignore

const construction: Row[] = [
  ['a class for a model', ({ trainer }) => new Trainer(any(Net), trainer.options), 'Trainer: the model is the function Net, which has no forward(x) method; give an instance'],
  ['no model', ({ trainer }) => new Trainer(any(undefined), trainer.options), 'Trainer: the model is undefined'],
  ['a model that is no module', ({ trainer }) => new Trainer({ forward: (x: Tensor) => x }, trainer.options), 'Trainer: the model is no module; write @module above its class'],
  ['no options', ({ model }) => new Trainer(model, any(undefined)), 'Trainer: options are one object with any of optimizer, loss, metrics, callbacks, device, accumulate, clipNorm, clipValue, optimizers, trainStep; not undefined'],
  ['a misspelt option', make({ metric: { accuracy } }), "Trainer: there is no option 'metric'; did you mean 'metrics'?"],
  ['an option that fit takes', make({ epochs: 3 }), "Trainer: there is no option 'epochs'; it belongs in trainer.fit(data, { epochs })"],
  ['null for an optimizer', make({ optimizer: null }), 'Trainer: options.optimizer must be an optimizer, such as new Adam(model)'],
  ['an optimizer by name', make({ optimizer: 'adam' }), 'options.optimizer must be an optimizer'],
  ['a class for an optimizer', make({ optimizer: SGD }), 'options.optimizer must be an optimizer'],
  ["another model's optimizer", make({ optimizer: new SGD(new Net()) }), "options.optimizer has none of the model's parameters", 'make it from this model, such as new Adam(model)'],
  ['no loss', make({ loss: undefined }), 'Trainer: options.loss must be a function or module of (output, target), such as mseLoss, not undefined'],
  ['a loss by name', make({ loss: 'mse' }), 'not "mse"'],
  ['a class for a loss', make({ loss: MSELoss }), 'options.loss must be a function or module', 'not a class; make an instance, new MSELoss()'],
  ['a metric without a name', make({ metrics: accuracy }), 'Trainer: options.metrics are functions by name, such as { accuracy }, not the function accuracy'],
  ['a list of metrics', make({ metrics: [accuracy] }), 'such as { accuracy }, not a list'],
  ['metrics by name alone', make({ metrics: { accuracy: 'accuracy' } }), 'Trainer: metric accuracy must be a function of (output, target), or have update, compute and reset, not "accuracy"'],
  ['a metric of no name', make({ metrics: { '': accuracy } }), "Trainer: a metric cannot be named ''; give it a name of its own"],
  ['a metric named as the loss', make({ metrics: { loss: accuracy } }), "Trainer: a metric cannot be named 'loss'"],
  ['a metric that is nothing', make({ metrics: { accuracy: undefined } }), 'Trainer: metric accuracy must be a function of (output, target)', 'not undefined'],
  ['no batches a step', make({ accumulate: 0 }), 'Trainer: accumulate must be a whole number of at least 1, not 0'],
  ['half a batch a step', make({ accumulate: 1.5 }), 'not 1.5'],
  ['a norm of 0', make({ clipNorm: 0 }), 'Trainer: clipNorm must be a number above 0, not 0'],
  ['a norm that is none', make({ clipNorm: NaN }), 'clipNorm must be a number above 0, not NaN'],
  ['a negative clipValue', make({ clipValue: -1 }), 'Trainer: clipValue must be a number above 0, not -1'],
  ['two ways to clip', make({ clipNorm: 1, clipValue: 1 }), 'Trainer: clipNorm and clipValue are two ways to clip; give one of them'],
  ["another library's clipping", make({ clipnorm: 1 }), "Trainer: there is no option 'clipnorm'; did you mean 'clipNorm'?"],
  ['a step by name', make({ trainStep: 'gan' }), 'Trainer: trainStep must be a function of (batch, context), not "gan"'],
  ['a step of their own with accumulate', make({ trainStep: () => ({ loss: 1 }), accumulate: 2 }), 'Trainer: accumulate has no effect on a trainStep of your own'],
  ['a step of their own with clipNorm', make({ trainStep: () => ({ loss: 1 }), clipNorm: 2 }), 'Trainer: clipNorm has no effect on a trainStep'],
  ['several optimizers without a step', ({ model, optimizer }) => new Trainer(model, { optimizers: { a: optimizer }, loss: mseLoss }), 'Trainer: optimizers are for a trainStep of your own'],
  ['a list of optimizers', make({ trainStep: () => ({ loss: 1 }), optimizers: [] }), 'Trainer: options.optimizers are optimizers by name', 'not a list'],
  ['an optimizer among them that is none', make({ trainStep: () => ({ loss: 1 }), optimizers: { critic: 3 } }), 'Trainer: options.optimizers.critic must be an optimizer'],
  ["another model's among them", make({ trainStep: () => ({ loss: 1 }), optimizers: { critic: new SGD(new Net()) } }), "Trainer: options.optimizers.critic has none of the model's parameters"],
  ['one callback without a list', make({ callbacks: earlyStopping() }), 'Trainer: options.callbacks is a list, such as [earlyStopping()], not an instance of Object'],
  ['a callback not called', make({ callbacks: [earlyStopping] }), 'Trainer: callbacks[0] must be an object with any of onFitStart, onEpochStart, onBatchEnd, onStepEnd, onValidationStart, onValidationEnd, onEpochEnd, onBoundary, onFitEnd, not the function earlyStopping'],
  ['an event misspelt', make({ callbacks: [{}, { onEpochEnded() {} }] }), 'Trainer: callbacks[1].onEpochEnded is no event; did you mean', "'onEpochEnd'?"],
  ['an event of another library', make({ callbacks: [{ onTrainBatchBegin() {} }] }), 'onTrainBatchBegin is no event; known are onFitStart'],
  ['a patience of 0', () => earlyStopping({ patience: 0 }), 'earlyStopping: patience must be a whole number of at least 1, not 0'],
  ['a patience by position', () => earlyStopping(any(3)), 'earlyStopping: options are one object with any of patience, minDelta, monitor, mode; not 3'],
  ['a metric to stop by without a direction', () => earlyStopping({ monitor: 'accuracy' }), "earlyStopping: is a larger accuracy better? Give mode 'max', or 'min' if a smaller one is"],
  ['a direction of nothing', () => earlyStopping({ mode: 'max' }), 'earlyStopping: mode has no effect without monitor'],
  ['a direction that is none', () => earlyStopping({ monitor: 'loss', mode: any('up') }), "earlyStopping: mode must be 'min' or 'max', not \"up\""],
  ['a negative minDelta', () => earlyStopping({ minDelta: -1 }), 'earlyStopping: minDelta must be a finite number of at least 0, not -1'],
  ['an unknown option of it', () => earlyStopping(any({ restoreBest: true })), "earlyStopping: there is no option 'restoreBest'"],
]; // prettier-ignore

const runs: Row[] = [
  ['no options', ({ trainer, loader }) => trainer.fit(loader, any(undefined)), 'Trainer.fit: options are one object with any of epochs, validation', 'not undefined'],
  ['epochs by position', ({ trainer, loader }) => trainer.fit(loader, any(3)), 'Trainer.fit: options are one object', 'not 3'],
  ['epochs misspelt', ({ trainer, loader }) => trainer.fit(loader, any({ epoch: 3 })), "Trainer.fit: there is no option 'epoch'; did you mean 'epochs'?"],
  ['an option that the trainer takes', fit({ callbacks: [] }), "Trainer.fit: there is no option 'callbacks'; it belongs in new Trainer(model, { callbacks })"],
  ['letters swapped', fit({ sede: 1 }), "Trainer.fit: there is no option 'sede'; did you mean 'seed'?"],
  ["PyTorch's spelling", fit({ batch_size: 3 }), "Trainer.fit: there is no option 'batch_size'; did you mean 'batchSize'?"],
  ["another library's", fit({ validationData: 1 }), "Trainer.fit: there is no option 'validationData'"],
  ['epochs left out', ({ trainer, loader }) => trainer.fit(loader, any({})), 'Trainer.fit: epochs must be a whole number of at least 0, not undefined'],
  ['half an epoch', fit({ epochs: 0.5 }), 'Trainer.fit: epochs must be a whole number of at least 0, not 0.5'],
  ['a negative number of epochs', fit({ epochs: -1 }), 'not -1'],
  ['half a step', fit({ maxSteps: 0.5 }), 'Trainer.fit: maxSteps must be a whole number of at least 0, not 0.5'],
  ["another library's steps", fit({ max_steps: 5 }), "Trainer.fit: there is no option 'max_steps'; did you mean 'maxSteps'?"],
  ['an option of the Trainer', fit({ clipNorm: 1 }), "Trainer.fit: there is no option 'clipNorm'"],
  ['epochs that are wrong though there are steps', fit({ maxSteps: 2, epochs: -1 }), 'epochs must be a whole number of at least 0, not -1'],
  ['no step to be noted', fit({ recordSteps: 0 }), 'Trainer.fit: recordSteps must be a whole number of at least 1, not 0'],
  ['no batches to learn by heart', fit({ overfitBatches: 0 }), 'Trainer.fit: overfitBatches must be a whole number of at least 1, not 0'],
  ['a dry run by number', fit({ fastDevRun: 1 }), 'Trainer.fit: fastDevRun must be true or false, not 1'],
  ['a seed by name', fit({ seed: 'one' }), 'manualSeed: the seed must be a whole number'],
  ['a limit of 0', fit({ limitBatches: 0 }), 'Trainer.fit: limitBatches must be a whole number of batches, at least 1, or a share of them between 0 and 1, not 0'],
  ['one and a half batches', fit({ limitBatches: { train: 1.5 } }), 'Trainer.fit: limitBatches.train must be a whole number of batches', 'not 1.5'],
  ['a limit of another kind', fit({ limitBatches: { test: 1 } }), "Trainer.fit: limitBatches: there is no option 'test'; known are train, validation"],
  ['a limit in words', fit({ limitBatches: 'half' }), 'limitBatches must be a whole number', 'not "half"'],
  ['two limits', fit({ limitBatches: 3, overfitBatches: 1 }), 'Trainer.fit: overfitBatches and limitBatches both say which batches to train on'],
  ['a limit of no validation', fit({ limitBatches: { validation: 1 } }), 'Trainer.fit: limitBatches.validation has no effect: there is no validation data; give { validation }'],
  ['a rhythm of no validation', fit({ validateEvery: { steps: 1 } }), 'Trainer.fit: validateEvery has no effect: there is no validation data'],
  ['a try of no validation', fit({ sanityValidation: 2 }), 'Trainer.fit: sanityValidation has no effect'],
  ['a negative try', fit({ sanityValidation: -1 }), 'Trainer.fit: sanityValidation must be a whole number of at least 0, not -1'],
  ['a rhythm by number', fit({ validation: [], validateEvery: 10 }), 'Trainer.fit: validateEvery: options are one object with any of steps, epochs; not 10'],
  ['a rhythm of batches', fit({ validation: [], validateEvery: { batches: 3 } }), "Trainer.fit: validateEvery: there is no option 'batches'"],
  ['two rhythms', fit({ validation: [], validateEvery: { steps: 3, epochs: 1 } }), 'Trainer.fit: validateEvery is { steps } or { epochs }, one of the two'],
  ['no rhythm', fit({ validation: [], validateEvery: {} }), 'Trainer.fit: validateEvery is { steps } or { epochs }, one of the two'],
  ['a rhythm of 0 steps', fit({ validation: [], validateEvery: { steps: 0 } }), 'Trainer.fit: validateEvery: steps must be a whole number of at least 1, not 0'],
  ['progress by name', fit({ progress: 'bar' }), 'Trainer.fit: progress must be true or false, not "bar"'],
  ['a batch size of 0', fit({ batchSize: 0 }), 'batchSize must be a whole number of at least 1, not 0'],
  ['a batch size for a loader', ({ trainer, loader }) => trainer.fit(loader, { ...quiet, batchSize: 2 }), 'Trainer.fit: batchSize has no effect: the data comes in batches already', 'new DataLoader(dataset, { ... })'],
  ['shuffling a list of batches', ({ trainer, loader }) => trainer.fit([...loader], { ...quiet, shuffle: true }), 'Trainer.fit: shuffle has no effect'],
  ['no optimizer', ({ model, x, y }) => new Trainer(model, { loss: mseLoss }).fit([x, y], quiet), 'Trainer.fit: there is no optimizer; give one, new Trainer(model, { optimizer: new Adam(model), loss })'],
  ['no data', ({ trainer }) => trainer.fit(any(undefined), quiet), 'Trainer.fit: the data must be a DataLoader, batches to iterate, a dataset, or [inputs, targets], not undefined'],
  ['inputs alone', ({ trainer, x }) => trainer.fit(any(x), quiet), 'Trainer.fit: the data must be', 'not one tensor'],
  ['a generator not called', ({ trainer }) => trainer.fit(any(function* numbers() {}), quiet), 'not the function numbers'],
  ['validation of no form', fit({ validation: 3 }), 'Trainer.fit: validation: the data must be', 'not 3'],
  ['an empty list', ({ trainer }) => trainer.fit([], quiet), 'Trainer.fit: epoch 1: the data gave no batch'],
  ['an empty validation', fit({ validation: [] }), 'Trainer.fit: validation, before the first step: the data gave no batch'],
  ['batches of inputs alone', ({ trainer, x }) => trainer.fit(any([x]), quiet), 'Trainer.fit: epoch 1: batch 1 is one tensor; a batch is [input, target]: map your data to such pairs'],
  ['batches of three', ({ trainer, x, y }) => trainer.fit(any([[x, y, y]]), quiet), 'batch 1 is a list of 3'],
  ['batches that are objects', ({ trainer, x, y }) => trainer.fit(any([[x, y], { x, y }]), quiet), 'batch 2 is an instance of Object; a batch is [input, target]'],
  ['plain numbers', ({ trainer }) => trainer.fit(any([[[1, 2, 3], [4, 5, 6]], [[1, 2]]]), quiet), 'Trainer.fit: epoch 1: batch 1: its input is a plain list; make it a tensor'],
  ['plain targets', ({ trainer, x }) => trainer.fit(any([[x, [1, 2]]]), quiet), 'batch 1: its target is a plain list'],
  ['a bad batch in validation', fit({ validation: [3] }), 'Trainer.fit: validation, before the first step: batch 1 is 3; a batch is'],
  ['a bad batch later in validation', ({ trainer, loader, x, y }) => trainer.fit(loader, { ...quiet, validation: any([[x, y], 3]) }), 'Trainer.fit: epoch 1: validation: batch 2 is 3; a batch is'],
  ['evaluate: shuffling', ({ trainer, loader }) => trainer.evaluate(loader, any({ shuffle: true })), "Trainer.evaluate: there is no option 'shuffle'; known are batchSize"],
  ['evaluate: no data', ({ trainer }) => trainer.evaluate(any(null)), 'Trainer.evaluate: the data must be', 'not null'],
  ['evaluate: nothing', ({ trainer }) => trainer.evaluate([]), 'Trainer.evaluate: the data gave no batch'],
  ['predict: no data', ({ trainer }) => trainer.predict(any(3)), 'Trainer.predict: the data must be', 'not 3'],
  ['predict: nothing', ({ trainer }) => trainer.predict([]), 'Trainer.predict: the data gave no batch'],
]; // prettier-ignore

describe.each(Object.entries({ construction, runs }))('%s', (_, rows) => {
  it.each(rows.map((row) => ({ what: row[0], row })))('$what', async ({ row: [, attempt, ...says] }) => {
    const p = problem();
    const before = await weights(p.model);
    const error = await Promise.resolve(p).then(attempt).then(() => undefined, (thrown: unknown) => thrown as Error); // prettier-ignore
    expect(error).toBeInstanceOf(ValueError);
    for (const text of says) expect(error!.message).toContain(text);
    if (!says[0]!.includes('batch 2')) expect(await weights(p.model)).toEqual(before);
  });
});

describe('errors of others say at which step they happened', () => {
  const wide = () => [d.randn([4, 5]), d.randn([4, 2])] as const;

  it('in training, evaluation and validation, with the module in which they did', async () => {
    const { trainer, loader } = problem();
    const says = (where: string) =>
      new RegExp(`^${where}: matmul: \\[4, 5\\] times \\[3, 8\\]: 5 is not 3\\n {2}in hidden \\(Linear\\)$`);
    await expect(trainer.fit([...loader, wide()], { epochs: 1, progress: false })).rejects.toThrow(says('Trainer\\.fit: step 4 \\(epoch 1\\)')); // prettier-ignore
    await expect(trainer.evaluate([wide()])).rejects.toThrow(says('Trainer\\.evaluate: batch 1'));
    const error = await trainer.fit(loader, { epochs: 1, validation: [...loader, wide()], progress: false }).catch((thrown: unknown) => thrown as Error); // prettier-ignore
    expect((error as Error).message).toMatch(says('Trainer\\.fit: epoch 1: validation: batch 4'));
    expect((error as Error).stack).toContain('Trainer.fit: epoch 1: validation: batch 4: matmul');
    expect(error).toBeInstanceOf(d.ShapeError);
  });

  it('and those of the user come as they are', async () => {
    const own = new Error('mine');
    const loss = () => {
      throw own;
    };
    const { trainer, loader } = problem({ loss });
    expect(await trainer.fit(loader, quiet).catch((thrown: unknown) => thrown)).toBe(own);
    expect(own.message).toBe('mine');
  });

  it('accuracy of what has no classes', async () => {
    const { trainer, x, y } = problem({ metrics: { accuracy } });
    await expect(trainer.fit([[x, y]], quiet)).rejects.toThrow(/step 1 \(epoch 1\): accuracy: needs outputs \[N, C\] and labels \[N\], got \[10, 2\] and \[10, 2\]/); // prettier-ignore
  });

  it('a model that returns no tensor cannot be predicted with', async () => {
    class Pair extends Net {
      override forward(x: Tensor): any {
        return [super.forward(x), x];
      }
    }
    const model = new Pair();
    const trainer = new Trainer(model, {
      optimizer: new SGD(model),
      loss: ([a]: [Tensor], b: Tensor) => mseLoss(a, b),
    });
    await expect(trainer.predict(d.randn([2, 3]))).rejects.toThrow(/Trainer\.predict: the model returned no tensor/);
  });
});

it('accuracy is the share of samples whose largest output is at their label', async () => {
  const outputs = tensor([[1, 2, 0], [3, 1, 1], [0, 0, 1], [5, 6, 7]]); // prettier-ignore
  const labels = tensor([1, 0, 1, 2], { dtype: 'int32' });
  expect(await accuracy(outputs, labels).item()).toBe(0.75);
  const batches = new DataLoader(new d.TensorDataset(outputs, labels), { batchSize: 3 });
  const shares = [...batches].map(([a, b]) => accuracy(a, b).itemSync());
  expect(shares).toEqual([Math.fround(2 / 3), 1]);
});
