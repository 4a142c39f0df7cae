import { describe, expect, it } from 'vitest';
import {
  accuracy,
  confusionMatrix,
  crossEntropyLoss,
  explain,
  f1,
  mae,
  manualSeed,
  mseLoss,
  perplexity,
  precision,
  r2,
  rand,
  randn,
  recall,
  rmse,
  rocAuc,
  SGD,
  topK,
  Trainer,
  type History,
  type StateTree,
  type StreamingMetric,
  type Tensor,
} from 'decograd';
import { divideTree, joinTree } from '../../src/io/state-tree';
import { Net, problem } from './problem';

const quiet = { progress: false } as const;

/** Ten samples of two classes, in batches of 4, 4 and 2. */
function classes() {
  manualSeed(5);
  const [model, x] = [new Net(), randn([10, 3])];
  const y = x.matmul(randn([3, 2])).argmax(1) as Tensor; // prettier-ignore
  return { model, x, y, optimizer: new SGD(model, { lr: 0.1 }) };
}

/** The batches in the order they came, and a number that depends on all of them. */
function log(): StreamingMetric<number> & { readonly sizes: number[]; resets: number } {
  let total = 0;
  return {
    sizes: [],
    resets: 0,
    update(output: Tensor) {
      this.sizes.push(output.shape[0]!);
      total += output.shape[0]! ** 2;
    },
    compute: () => Math.sqrt(total),
    reset() {
      this.resets++;
      total = 0;
    },
  };
}

describe('streaming metrics in the Trainer', () => {
  it('are computed over an epoch and over the validation as a whole', async () => {
    const metric = log();
    const { trainer, loader, x, y } = problem({ metrics: { metric } as never });
    const { epochs } = await trainer.fit(loader, {
      epochs: 2,
      validation: [x, y],
      batchSize: 8,
      sanityValidation: 0,
      ...quiet,
    });
    expect(metric.sizes).toEqual([4, 4, 2, 8, 2, 4, 4, 2, 8, 2]);
    expect(metric.resets).toBe(4);
    for (const record of epochs) {
      expect(record.metrics).toEqual({ metric: 6 });
      expect(record.validation!.metrics).toEqual({ metric: Math.sqrt(68) });
    }
  });

  it('are those of all outputs at once, beside averages, in the order given', async () => {
    const { model, x, y, optimizer } = classes();
    const metrics = {
      top: topK(1),
      accuracy,
      macro: f1(),
      confusion: confusionMatrix(),
      each: recall({ average: 'none' }),
    };
    const trainer = new Trainer(model, { optimizer, loss: crossEntropyLoss, metrics });
    const history = await trainer.fit([x, y], { epochs: 3, batchSize: 4, validation: [x, y], ...quiet });
    const { validation } = history.epochs[2]!;
    const output = await trainer.predict(x);
    const [wanted, labels] = [await output.argmax(1).data(), await y.data()];
    const count = (a: number, b: number) => Array.from(labels).filter((l, i) => l === a && wanted[i] === b).length;
    const confusion = [0, 1].map((a) => [0, 1].map((b) => count(a, b)));
    const share = (confusion[0]![0]! + confusion[1]![1]!) / 10;
    expect(validation!.metrics.confusion).toEqual(confusion);
    expect(validation!.metrics.top).toBe(share);
    expect(validation!.metrics.accuracy).toBeCloseTo(share, 6);
    expect(Object.keys(validation!.metrics)).toEqual(Object.keys(metrics));
    expect(JSON.parse(JSON.stringify(history))).toEqual(history);
    expect(await trainer.evaluate([x, y], { batchSize: 3 })).toEqual({ ...validation, loss: expect.closeTo(validation!.loss, 6), metrics: { ...validation!.metrics, accuracy: expect.closeTo(share, 6) } }); // prettier-ignore
  });

  it('that are numbers stand in the progress, and arrays do not', async () => {
    const { model, x, y, optimizer } = classes();
    const lines: string[] = [];
    const { progressLines } = await import('decograd');
    const trainer = new Trainer(model, {
      optimizer,
      loss: crossEntropyLoss,
      metrics: { confusion: confusionMatrix(), macro: f1(), accuracy },
      callbacks: [progressLines({ write: (text: string) => lines.push(text) })],
    });
    await trainer.fit([x, y], { epochs: 1, batchSize: 4, validation: [x, y], ...quiet });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^epoch 1\/1 loss \S+ macro \d\.\d{4} accuracy \d\.\d{4} validation loss \S+ validation macro \d\.\d{4} validation accuracy \d\.\d{4} \S+s\n$/); // prettier-ignore
  });

  it('change no number of the training', async () => {
    const run = async (metrics: object) => {
      const { trainer, loader } = problem({ metrics } as never);
      return (await trainer.fit(loader, { epochs: 2, ...quiet })).epochs.map(({ loss }) => loss);
    };
    expect(await run({ rmse: rmse(), r2: r2() })).toEqual(await run({}));
  });

  it('say where an update failed', async () => {
    const { model, x, y, optimizer } = classes();
    const trainer = new Trainer(model, {
      optimizer,
      loss: (output: Tensor) => output.square().mean(),
      metrics: { f1: f1() },
    });
    await expect(trainer.fit([[x, y.add(1)]], { epochs: 1, ...quiet })).rejects.toThrow(/^Trainer\.fit: step 1 \(epoch 1\): f1: label 2 is no class/); // prettier-ignore
    await expect(trainer.evaluate([[x, y.unsqueeze(1)]])).rejects.toThrow(
      /^Trainer\.evaluate: batch 1: f1: needs outputs/,
    );
  });

  it('are not touched by an explanation', async () => {
    const metric = log();
    const { trainer, loader } = problem({ metrics: { metric } as never });
    await trainer.fit(loader, { epochs: 1, ...quiet });
    await explain(trainer);
    expect(metric.sizes).toEqual([4, 4, 2]);
  });

  it('have types: a number where all are numbers', async () => {
    const { model, optimizer, loader } = problem();
    const numbers = new Trainer(model, { optimizer, loss: mseLoss, metrics: { rmse: rmse() } });
    const history: History<'rmse'> = await numbers.fit(loader, { epochs: 1, ...quiet });
    expect(history.epochs[0]!.metrics.rmse.toFixed(2)).toMatch(/^\d/);
    const counts = classes();
    const mixed = new Trainer(counts.model, { optimizer: counts.optimizer, loss: crossEntropyLoss, metrics: { accuracy, confusion: confusionMatrix() } }); // prettier-ignore
    const { epochs } = await mixed.fit([counts.x, counts.y], { epochs: 1, ...quiet });
    const value: number | number[][] = epochs[0]!.metrics.confusion;
    expect((value as number[][]).flat().reduce((a, b) => a + b)).toBe(10);
    // @ts-expect-error it may be a confusion matrix
    expect(() => epochs[0]!.metrics.confusion.toFixed(2)).toThrow(TypeError);
  });
});

describe('the state of a streaming metric', () => {
  const labels = (shape: number[]) => rand(shape).mul(2).int();
  const scores = () => [randn([6, 2]).softmax(1), labels([6])] as const;
  const numbers = () => [randn([6, 3]), randn([6, 3])] as const;
  const cases: Readonly<Record<string, [() => StreamingMetric<any>, () => readonly [Tensor, Tensor]]>> = {
    accuracy: [accuracy, scores],
    topK: [() => topK(1), scores],
    confusionMatrix: [confusionMatrix, scores],
    precision: [precision, scores],
    recall: [() => recall({ average: 'none' }), scores],
    f1: [() => f1({ average: 'micro' }), scores],
    rocAuc: [rocAuc, scores],
    perplexity: [perplexity, scores],
    mae: [mae, numbers],
    rmse: [rmse, numbers],
    r2: [r2, numbers],
  };

  it.each(Object.keys(cases))('%s goes on with it, from a file too', async (name) => {
    manualSeed(8);
    const [make, batch] = cases[name]!;
    const batches = [batch(), batch(), batch()];
    const whole = make();
    for (const [output, target] of batches) await whole.update(output, target);
    const first = make();
    for (const [output, target] of batches.slice(0, 2)) void first.update(output, target);
    const { json, tensors } = divideTree(await first.stateDict!());
    const second = make();
    second.loadStateDict!(joinTree(JSON.parse(JSON.stringify(json)), tensors) as StateTree);
    await second.update(...batches[2]!);
    expect(await second.compute()).toEqual(await whole.compute());
    const unused = make();
    unused.loadStateDict!(await make().stateDict!());
    await expect(Promise.resolve(unused.compute())).rejects.toThrow('nothing to compute');
  });
});
