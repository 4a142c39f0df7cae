import { describe, expect, it } from 'vitest';
import {
  DataLoader,
  infer,
  init,
  isTraining,
  manualSeed,
  module,
  Module,
  MSELoss,
  mseLoss,
  noGrad,
  param,
  SGD,
  Trainer,
  type Batch,
  type DataSource,
  type History,
  type Parameter,
  type Tensor,
} from 'decograd';
import { expectClose } from '../nn/close';
import { absoluteError, Net, problem, recorder, samples, timeless, weights } from './problem';

@module
class Lazy extends Module {
  @param([infer((x: Tensor) => x.shape[1]!), 2], { init: init.normal() }) weight!: Parameter;
  forward(x: Tensor): Tensor {
    return x.matmul(this.weight);
  }
}

const quiet = { progress: false } as const;

describe('fit', () => {
  it('gives the numbers of the plain loop, bit for bit', async () => {
    const options = { batchSize: 4, shuffle: true };
    const hand = problem();
    const losses: number[] = [];
    const loader = new DataLoader(hand.dataset, options);
    for (let epoch = 0; epoch < 3; epoch++) {
      let total = 0;
      for (const [x, y] of loader) {
        hand.optimizer.zeroGrad();
        const loss = mseLoss(hand.model.forward(x), y);
        loss.backward();
        await hand.optimizer.step();
        total += (await loss.item()) * x.shape[0];
      }
      losses.push(total / 10);
    }
    const fitted = problem();
    const history = await fitted.trainer.fit([fitted.x, fitted.y], { ...options, epochs: 3, ...quiet });
    expect(history.epochs.map(({ loss }) => loss)).toEqual(losses);
    expect(await weights(fitted.model)).toEqual(await weights(hand.model));
    expect(losses[2]).toBeLessThan(losses[0]!);
  });

  it('one seed gives one history, another another', async () => {
    const run = async (seed: number) => {
      const { trainer, x, y } = problem({}, seed);
      return timeless(await trainer.fit([x, y], { epochs: 2, batchSize: 4, validation: [x, y], ...quiet }));
    };
    const first = await run(1);
    expect(await run(1)).toEqual(first);
    expect(await run(2)).not.toEqual(first);
  });

  it('does not depend on metrics, validation, callbacks or progress', async () => {
    const bare = problem({ metrics: {} });
    await bare.trainer.fit(bare.loader, { epochs: 2, ...quiet });
    const full = problem({ callbacks: [recorder([])] });
    await full.trainer.fit(full.loader, { epochs: 2, validation: full.loader, ...quiet });
    expect(await weights(full.model)).toEqual(await weights(bare.model));
  });

  it('returns its history as plain data', async () => {
    const { trainer, loader, x, y } = problem();
    const history = await trainer.fit(loader, { epochs: 2, validation: [x, y], ...quiet });
    expect(JSON.parse(JSON.stringify(history))).toEqual(history);
    expect(Object.keys(history)).toEqual(['epochs']);
    for (const [i, record] of history.epochs.entries()) {
      expect(Object.keys(record)).toEqual(['epoch', 'loss', 'metrics', 'validation', 'seconds']);
      expect(record.epoch).toBe(i + 1);
      expect(record.seconds).toBeGreaterThan(0);
      expect(Object.keys(record.validation!)).toEqual(['loss', 'metrics']);
      expect([record.metrics, record.validation!.metrics].map((m) => Object.keys(m))).toEqual(
        Array(2).fill(['absoluteError']),
      );
    }
    const without = await trainer.fit(loader, { epochs: 1, ...quiet });
    expect('validation' in without.epochs[0]!).toBe(false);
  });

  it('goes on where it stopped when called again', async () => {
    const once = problem();
    const whole = await once.trainer.fit(once.loader, { epochs: 4, ...quiet });
    const twice = problem();
    const parts = [2, 2].map((epochs) => () => twice.trainer.fit(twice.loader, { epochs, ...quiet }));
    const [first, second] = [await parts[0]!(), await parts[1]!()];
    expect([...first.epochs, ...second.epochs].map(({ loss }) => loss)).toEqual(whole.epochs.map(({ loss }) => loss));
    expect(second.epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
  });

  it('is refused while another run of the trainer is under way, and goes on after it, or after one that failed', async () => {
    const plain = problem();
    const wanted = timeless(await plain.trainer.fit(plain.loader, { epochs: 1, ...quiet }));
    const { trainer, loader } = problem();
    const first = trainer.fit(loader, { epochs: 1, ...quiet });
    await expect(trainer.fit(loader, { epochs: 1, ...quiet })).rejects.toThrow(
      /another run of this trainer is under way/,
    );
    expect(timeless(await first)).toEqual(wanted);
    await expect(trainer.fit([], { epochs: 1, ...quiet })).rejects.toThrow('the data gave no batch');
    expect((await trainer.fit(loader, { epochs: 1, ...quiet })).epochs).toHaveLength(1);
  });

  it('with 0 epochs trains nothing', async () => {
    const log: string[] = [];
    const { trainer, loader, model } = problem({ callbacks: [recorder(log)] });
    const before = await weights(model);
    expect(await trainer.fit(loader, { epochs: 0, ...quiet })).toEqual({ epochs: [] });
    expect(await weights(model)).toEqual(before);
    expect(log).toEqual(['fit of 0', 'fit done at 0']);
  });

  it('takes a loss as function or module, and metrics that are numbers', async () => {
    const losses = [mseLoss, new MSELoss(), (a: Tensor, b: Tensor) => a.sub(b).square().mean()];
    const results = [];
    for (const loss of losses) {
      const { trainer, loader } = problem({ loss, metrics: { half: () => 0.5, zero: (a: Tensor) => a.mul(0).sum() } });
      results.push(timeless(await trainer.fit(loader, { epochs: 1, ...quiet })));
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
    expect(results[0]!.epochs[0]!.metrics).toEqual({ half: 0.5, zero: 0 });
  });

  it('trains a model whose sizes the first batch decides', async () => {
    const { x, y } = problem();
    const model = new Lazy();
    const optimizer = new SGD(model, { lr: 0.05 });
    const trainer = new Trainer(model, { optimizer, loss: mseLoss });
    const { epochs } = await trainer.fit([x, y], { epochs: 20, ...quiet });
    expect(model.weight.shape).toEqual([3, 2]);
    expect(epochs.at(-1)!.loss).toBeLessThan(epochs[0]!.loss / 2);
  });

  it('knows the names of metrics, for the compiler as well', async () => {
    const { model, optimizer, loader } = problem();
    const trainer = new Trainer(model, { optimizer, loss: mseLoss, metrics: { absoluteError } });
    const history: History<'absoluteError'> = await trainer.fit(loader, { epochs: 1, ...quiet });
    const loose: History = history;
    expect(loose.epochs[0]!.metrics.absoluteError).toBe(history.epochs[0]!.metrics.absoluteError);
    // @ts-expect-error there is no metric of that name
    expect(history.epochs[0]!.metrics.absolutError).toBeUndefined();
  });
});

describe('data', () => {
  /** The same ten samples in every form that fit takes. */
  const forms: Record<string, (x: Tensor, y: Tensor, p: ReturnType<typeof problem>) => DataSource> = {
    'a pair of tensors': (x, y) => [x, y],
    'a dataset': (_x, _y, { dataset }) => dataset,
    'a dataset of its own': (_x, _y, { dataset }) => ({ length: 10, get: (i: number) => dataset.get(i) }),
    'a loader': (_x, _y, { loader }) => loader,
    'a list of batches': (_x, _y, { loader }) => [...loader],
    'a generator': (_x, _y, { loader }) => (function* () { yield* loader; })(),
    'an iterable': (_x, _y, { loader }) => ({ *[Symbol.iterator]() { yield* loader; } }),
    'an async iterable': (_x, _y, { loader }) => ({
      async *[Symbol.asyncIterator](): AsyncGenerator<Batch> {
        for (const batch of loader) {
          await new Promise((resolve) => setTimeout(resolve));
          yield batch;
        }
      },
    }),
    'a loader over a stream': (_x, _y, { dataset }) =>
      new DataLoader({ *[Symbol.iterator]() { for (let i = 0; i < 10; i++) yield dataset.get(i); } }, { batchSize: 4 }) as DataSource,
  }; // prettier-ignore
  const isOnce = (form: string) => form === 'a generator';
  const isWhole = (form: string) => form === 'a pair of tensors' || form.startsWith('a dataset');

  it.each(Object.keys(forms))('%s', async (form) => {
    const wanted = problem();
    const history = await wanted.trainer.fit(wanted.loader, { epochs: isOnce(form) ? 1 : 2, ...quiet });
    const given = problem();
    const batching = isWhole(form) ? { batchSize: 4, shuffle: false } : {};
    const data = forms[form]!(given.x, given.y, given);
    const found = await given.trainer.fit(data, { epochs: isOnce(form) ? 1 : 2, ...batching, ...quiet });
    expect(timeless(found)).toEqual(timeless(history));
    const { batchSize } = batching as { batchSize?: number };
    const again = forms[form]!(given.x, given.y, given);
    expect(await given.trainer.evaluate(again, batchSize ? { batchSize } : {})).toEqual(
      await wanted.trainer.evaluate(wanted.loader),
    );
    const outputs = await given.trainer.predict(forms[form]!(given.x, given.y, given), batchSize ? { batchSize } : {});
    expect(await outputs.data()).toEqual(await (await wanted.trainer.predict(wanted.loader)).data());
  });

  it('in batches of 32, in a new order every epoch, where nothing else is said', async () => {
    const sizes: number[] = [];
    const orders: string[] = [];
    const model = new Net();
    const [x, y] = [samples()[0].expand([7, 10, 3]).reshape([70, 3]), samples()[1].expand([7, 10, 2]).reshape([70, 2])];
    const note = (output: Tensor, target: Tensor) => {
      orders.push(target.dataSync().join());
      return output.sum();
    };
    const trainer = new Trainer(model, {
      optimizer: new SGD(model, { lr: 0 }),
      loss: mseLoss,
      metrics: { note },
      callbacks: [{ onBatchEnd: (_, { size }) => void sizes.push(size) }],
    });
    await trainer.fit([x, y], { epochs: 2, ...quiet });
    expect(sizes).toEqual([32, 32, 6, 32, 32, 6]);
    expect(orders[3]).not.toBe(orders[0]);
    orders.length = 0;
    await trainer.fit([x, y], { epochs: 2, shuffle: false, ...quiet });
    expect(orders.slice(3)).toEqual(orders.slice(0, 3));
  });

  it('that ends after one epoch is named in the next', async () => {
    const { trainer, loader } = problem();
    const once = (function* () { yield* loader; })(); // prettier-ignore
    await expect(trainer.fit(once, { epochs: 2, ...quiet })).rejects.toThrow(
      /Trainer\.fit: epoch 2: the data gave no batch; .* that can be iterated again for every epoch, such as a DataLoader/,
    );
    const validation = (function* () { yield* loader; })(); // prettier-ignore
    await expect(trainer.fit(loader, { epochs: 2, validation, ...quiet })).rejects.toThrow(
      /Trainer\.fit: epoch 2: validation: the data gave no batch/,
    );
  });

  it('may have several inputs, in lists and objects', async () => {
    const { x, y } = problem();
    const model = new (class extends Net {
      override forward(input: any) {
        const { a, more } = input as { a: Tensor; more: Tensor[] };
        return super.forward(a.add(more[0]!));
      }
    })();
    const seen: number[] = [];
    const callbacks = [{ onBatchEnd: (_: unknown, { size }: { size: number }) => void seen.push(size) }];
    const optimizer = new SGD(model, { lr: 0.1 });
    const trainer = new Trainer(model, { optimizer, loss: (output: Tensor, { goal }: { goal: Tensor }) => mseLoss(output, goal), callbacks }); // prettier-ignore
    await trainer.fit([[{ a: x, more: [x] }, { goal: y }]], { epochs: 1, ...quiet });
    expect(seen).toEqual([10]);
  });
});

describe('averages', () => {
  it('count samples, not batches', async () => {
    const averages: number[] = [];
    const { model, dataset, loader, x, y } = problem();
    const trainer = new Trainer(model, {
      optimizer: new SGD(model, { lr: 0 }),
      loss: mseLoss,
      metrics: { absoluteError },
      callbacks: [{ onBatchEnd: (_, { average }) => void averages.push(average.loss) }],
    });
    model.dropout.eval();
    const exact = await noGrad(() => mseLoss(model.eval().forward(x), y)).item();
    const error = await noGrad(() => absoluteError(model.forward(x), y) as Tensor).item();
    const scores = await trainer.evaluate(loader);
    expect(scores.loss).toBeCloseTo(exact, 6);
    expect(scores.metrics.absoluteError).toBeCloseTo(error, 6);
    const each = await Promise.all([...loader].map(([a, b]) => noGrad(() => mseLoss(model.forward(a), b)).item()));
    expect(each.length).toBe(3);
    expect(scores.loss).toBeCloseTo((4 * each[0]! + 4 * each[1]! + 2 * each[2]!) / 10, 12);
    expect(scores.loss).not.toBeCloseTo((each[0]! + each[1]! + each[2]!) / 3, 4);

    Object.defineProperty(model.dropout, 'p', { value: 0 });
    const history = await trainer.fit(dataset, { epochs: 1, batchSize: 4, shuffle: false, ...quiet });
    expect(history.epochs[0]!.loss).toBe(scores.loss);
    expect(averages).toEqual([each[0], (4 * each[0]! + 4 * each[1]!) / 8, scores.loss]);
  });
});

describe('modes', () => {
  const modes = (model: Net) => [model, model.hidden, model.dropout, model.output].map(isTraining);

  it('fit trains, validates and evaluates in the right mode, and puts every part back', async () => {
    const during: boolean[][] = [];
    const watch = () => {
      during.push(modes(model));
      return 0;
    };
    const { model, trainer, loader, x } = problem({ metrics: { watch } });
    model.hidden.eval();
    await trainer.fit([...loader].slice(0, 1), {
      epochs: 1,
      validation: [...loader].slice(0, 1),
      sanityValidation: 0,
      ...quiet,
    });
    expect(during).toEqual([Array(4).fill(true), Array(4).fill(false)]);
    expect(modes(model)).toEqual([true, false, true, true]);
    await trainer.evaluate(loader);
    await trainer.predict(x);
    expect(modes(model)).toEqual([true, false, true, true]);
    model.eval();
    model.dropout.train();
    await trainer.fit(loader, { epochs: 1, ...quiet });
    expect(modes(model)).toEqual([false, false, true, false]);
  });

  it('puts them back after an error, too', async () => {
    const { model, trainer, loader } = problem();
    model.output.eval();
    const broken = [...loader, [1, 2, 3] as unknown as Batch];
    await expect(trainer.fit(broken, { epochs: 1, ...quiet })).rejects.toThrow(/batch 4 is a list of 3/);
    await expect(trainer.evaluate(broken)).rejects.toThrow(/Trainer\.evaluate: batch 4 is a list of 3/);
    expect(modes(model)).toEqual([true, true, true, false]);
  });
});

describe('evaluate and predict', () => {
  it('need no optimizer', async () => {
    const { trainer, model, loader, x } = problem();
    const { loss, metrics } = trainer.options;
    const without = new Trainer(model, { loss, metrics });
    expect(await without.evaluate(loader)).toEqual(await trainer.evaluate(loader));
    expect(await (await without.predict(x)).toArray()).toEqual(await (await trainer.predict(x)).toArray());
  });

  it('draw nothing, record no gradients, change nothing', async () => {
    const { model, trainer, loader, x } = problem();
    const before = await weights(model);
    const first = await trainer.evaluate(loader);
    expect(await trainer.evaluate(loader)).toEqual(first);
    const output = await trainer.predict(x);
    expect(output.requiresGrad).toBe(false);
    expect(model.parameters().every((p) => p.grad === null)).toBe(true);
    expect(await weights(model)).toEqual(before);
    expect(await output.data()).toEqual(await noGrad(() => model.eval().forward(x)).data());
  });

  it('predict takes a tensor whole or in batches, and leaves targets aside', async () => {
    const { trainer, dataset, loader, x } = problem();
    const whole = await (await trainer.predict(x)).data();
    for (const [source, options] of [[x, { batchSize: 3 }], [dataset, { batchSize: 4 }], [loader, {}]] as const) {
      const output = await trainer.predict(source, options);
      expect(output.shape).toEqual([10, 2]);
      expectClose(await output.data(), [...whole], 1e-5); // products of other row counts may round otherwise
    } // prettier-ignore
    const inputs = { *[Symbol.iterator]() { yield x; yield x; } }; // prettier-ignore
    expect((await trainer.predict(inputs)).shape).toEqual([20, 2]);
  });

  it('predict does not take the second of two batches for targets', async () => {
    const { trainer, x, y } = problem();
    const whole = await (await trainer.predict(x)).data();
    const output = await trainer.predict([x.slice(0, 0, 6), x.slice(0, 6, 10)]);
    expect(output.shape).toEqual([10, 2]);
    expectClose(await output.data(), [...whole], 1e-5);
    expect((await trainer.predict([x, y])).shape).toEqual([10, 2]);
    await expect(trainer.predict([x.slice(0, 0, 5), x.slice(0, 5, 10)])).rejects.toThrow(
      /Trainer\.predict: two tensors of one shape, \[5, 3\], may be two batches, or inputs and targets; give the inputs/,
    );
    await expect(trainer.predict(Float32Array.of(1, 2, 3) as never)).rejects.toThrow(/not an instance of Float32Array/);
  });

  it('predict takes lists of numbers, and inputs as they arrive', async () => {
    const { trainer, x } = problem();
    const wanted = await (await trainer.predict(x)).data();
    const lists = (await x.toArray()) as number[][];
    expect(await (await trainer.predict(lists)).data()).toEqual(wanted);
    expectClose(await (await trainer.predict(lists, { batchSize: 3 })).data(), [...wanted], 1e-5);
    const arriving = {
      async *[Symbol.asyncIterator](): AsyncGenerator<Tensor> {
        for (const [start, end] of [[0, 7], [7, 10]] as const) {
          await new Promise((resolve) => setTimeout(resolve));
          yield x.slice(0, start, end);
        }
      },
    }; // prettier-ignore
    const output = await trainer.predict(arriving);
    expect(output.shape).toEqual([10, 2]);
    expectClose(await output.data(), [...wanted], 1e-5);
  });

  it('take data of default batch size', async () => {
    manualSeed(1);
    const { trainer, x, y } = problem();
    expect(Object.keys(await trainer.evaluate([x, y]))).toEqual(['loss', 'metrics']);
  });
});
