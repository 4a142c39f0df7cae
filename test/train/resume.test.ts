import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { accuracy, AdamW, CosineAnnealingLR, confusionMatrix, crossEntropyLoss, DataLoader, f1, LBFGS, manualSeed, mae, mseLoss, perplexity, randn, recall, saveCheckpoint, ScheduleFreeAdamW, SGD, TensorDataset, topK, Trainer, type Callback, type DataSource, type FitOptions, type History, type Optimizer, type StateTree, type Tensor, type TrainerOptions } from 'decograd'; // prettier-ignore
import { absoluteError, Net, problem, samples, timeless, weights } from './problem';

const folder = mkdtempSync(join(tmpdir(), 'decograd-resume-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Setting {
  optimizer?: (model: Net) => Optimizer<any>;
  trainer?: Partial<TrainerOptions<string, any>>;
  fit?: Partial<FitOptions>;
  data?: (x: Tensor, y: Tensor) => DataSource;
  callbacks?: (optimizer: Optimizer<any>) => Callback[];
}

/** One run, from a seed, or from a checkpoint with everything made from another seed. */
async function run(setting: Setting, more: Callback[] = [], resume?: string) {
  manualSeed(3);
  const model = new Net();
  const [x, y] = samples();
  const data = (setting.data ?? ((a, b) => new DataLoader(new TensorDataset(a, b), { batchSize: 2, shuffle: true })))(
    x,
    y,
  );
  if (resume !== undefined) {
    for (const parameter of model.parameters()) parameter.assign(randn(parameter.shape)); // the checkpoint has them
    manualSeed(99);
  }
  const optimizer = (setting.optimizer ?? ((m: Net) => new SGD(m, { lr: 0.1, momentum: 0.9 })))(model);
  const callbacks = [...more, ...(setting.callbacks?.(optimizer) ?? [])];
  const trainer = new Trainer(model, { optimizer, loss: mseLoss, metrics: { absoluteError, mae: mae() }, ...setting.trainer, callbacks } as TrainerOptions); // prettier-ignore
  const history: History = await trainer.fit(data, { epochs: 3, progress: false, ...setting.fit, resume });
  const state = optimizer.stateDict().state;
  const slots = Object.entries(state).flatMap(([path, { slots: own }]) => Object.entries(own).map(async ([name, t]) => [`${path} ${name}`, [...(await t.data())]])); // prettier-ignore
  return {
    history: timeless(history),
    weights: await weights(model),
    state: Object.fromEntries((await Promise.all(slots)) as [string, number[]][]) as unknown,
  };
}

let count = 0;

/** Writes every state that the run passes through. */
function everywhere(): { files: string[]; callback: Callback } {
  const files: string[] = [];
  const callback: Callback = {
    onBoundary: async (at, after) => {
      const file = join(folder, `${count++}-${after}-${at.step}.safetensors`);
      await saveCheckpoint(file, await at.state());
      files.push(file);
    },
  };
  return { files, callback };
}

/** Steps a schedule as a callback that is not last in the list. */
function scheduled(optimizer: Optimizer<any>): Callback[] {
  const scheduler = new CosineAnnealingLR(optimizer, { tMax: 20 });
  return [
    {
      name: 'scheduled',
      onStepEnd: () => scheduler.step(),
      stateDict: () => scheduler.stateDict() as unknown as StateTree,
      loadStateDict: (state) => scheduler.loadStateDict(state as never),
    },
  ];
}

async function* arriving(x: Tensor, y: Tensor): AsyncGenerator<[Tensor, Tensor]> {
  for (let i = 0; i < 4; i++) {
    const noise = randn([2, 3]).mul(0.1); // what data draws belongs to the run
    await new Promise((resolve) => setTimeout(resolve));
    yield [
      x
        .slice(0, 2 * i, 2 * i + 2)
        .add(noise)
        .detach()
        .keep(),
      y
        .slice(0, 2 * i, 2 * i + 2)
        .detach()
        .keep(),
    ];
  }
}

const settings: Readonly<Record<string, Setting>> = {
  SGD: {},
  AdamW: { optimizer: (m) => new AdamW(m.parameters(), { lr: 0.01 }), trainer: { accumulate: 3, clipNorm: 0.5 } },
  'LBFGS with accumulation': {
    optimizer: (m) => new LBFGS(m, { lr: 0.3, maxIter: 3, historySize: 4 }),
    trainer: { accumulate: 2 },
    fit: { epochs: 2 },
  },
  'LBFGS with line search': {
    optimizer: (m) => new LBFGS(m, { maxIter: 4, lineSearchFn: 'strong_wolfe' }),
    fit: { epochs: 2 },
  },
  'schedule-free averages': {
    optimizer: (m) => new ScheduleFreeAdamW(m, { lr: 0.01 }),
    fit: { validation: undefined },
  },
  'a schedule and a seeded loader': {
    callbacks: scheduled,
    data: (x, y) => new DataLoader(new TensorDataset(x, y), { batchSize: 3, shuffle: true, seed: 5 }),
    trainer: { accumulate: 2 },
  },
  'tensors, shuffled, and validations between steps': {
    data: (x, y) => [x, y],
    fit: { batchSize: 2, recordSteps: 1, validateEvery: { steps: 2 } },
  },
  'batches in a list': { data: (x, y) => [0, 3, 6].map((i) => [x.slice(0, i, i + 3), y.slice(0, i, i + 3)]) as never },
  'batches that arrive and draw': {
    data: (x, y) => ({ [Symbol.asyncIterator]: () => arriving(x, y) }),
    trainer: { accumulate: 3 },
  },
  'a share of the data': { fit: { limitBatches: 3 }, trainer: { accumulate: 2 } },
  'metrics that stream': {
    data: (x) => {
      const labels = x.slice(1, 0, 1).gt(0).reshape([-1]).int();
      return new DataLoader(new TensorDataset(x, labels), { batchSize: 3, shuffle: true });
    },
    trainer: { loss: crossEntropyLoss, metrics: { matrix: confusionMatrix(), f1: f1(), recall: recall({ average: 'none' }), topK: topK(1), perplexity: perplexity(), share: accuracy() } }, // prettier-ignore
    fit: { validation: undefined },
  },
  'a number of steps': { fit: { epochs: undefined, maxSteps: 8 } },
  'a step of its own': {
    trainer: {
      metrics: {},
      trainStep: async ([x, y]: [Tensor, Tensor], { model, optimizer, loss }) => {
        optimizer.zeroGrad();
        const value = loss(model.forward(x), y);
        value.backward();
        await optimizer.step();
        return { loss: value };
      },
    },
  },
};

describe('a run that goes on from any boundary ends as the one that was never left', () => {
  it.each(Object.entries(settings))('%s', async (_, setting) => {
    const withValidation = { validation: [randn([4, 3]), randn([4, 2])] as [Tensor, Tensor] };
    const given = { ...setting, fit: { ...withValidation, ...setting.fit } };
    const { files, callback } = everywhere();
    const whole = await run(given, [callback]);
    expect(await run(given)).toEqual(whole); // watching changes nothing
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) expect(await run(given, [], file), file).toEqual(whole);
  });

  it('with data that another run has left in the middle of an epoch', async () => {
    const setting: Setting = { fit: { epochs: 2 }, trainer: { accumulate: 2 } };
    const left = (x: Tensor, y: Tensor) => {
      const loader = new DataLoader(new TensorDataset(x, y), { batchSize: 2, shuffle: true, seed: 1 });
      for (const _ of loader) break;
      return loader;
    };
    const { files, callback } = everywhere();
    const whole = await run({ ...setting, data: left }, [callback]);
    for (const file of files) expect(await run({ ...setting, data: left }, [], file), file).toEqual(whole);
  });

  it('a rehearsal leaves such data where it was', async () => {
    const { trainer, loader } = problem({
      callbacks: [
        {
          onFitStart: (at) =>
            at.rehearse(async ({ batches, step }) => {
              for await (const batch of batches) await step(batch);
            }),
        },
      ],
    });
    await trainer.fit(loader, { maxSteps: 1, progress: false });
    const history = await trainer.fit(loader, { epochs: 2, progress: false });
    const plain = problem();
    await plain.trainer.fit(plain.loader, { maxSteps: 1, progress: false });
    expect(timeless(history)).toEqual(timeless(await plain.trainer.fit(plain.loader, { epochs: 2, progress: false })));
  });
});
