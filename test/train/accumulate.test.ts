import { describe, expect, it } from 'vitest';
import { Adam, DataLoader, device, Linear, manualSeed, mseLoss, randn, Sequential, SGD, Tanh, tensor, TensorDataset, Trainer, type StepRecord, type Tensor, type TrainerOptions } from 'decograd'; // prettier-ignore
import fc from 'fast-check';
import { Course } from '../../src/train/course';
import { Windows } from '../../src/train/windows';
import { expectClose } from '../nn/close';
import { absoluteError, problem, weights } from './problem';

const quiet = { progress: false } as const;

/** A hundred samples: windows of 4 batches of 8 end with a short one, and with a short batch in it. */
function hundred(options: Partial<TrainerOptions> = {}) {
  manualSeed(7);
  const model = new Sequential(new Linear(5, 9), new Tanh(), new Linear(9, 2));
  const [x, y] = [randn([100, 5]), randn([100, 2]).mul(20).detach()];
  const optimizer = new SGD(model, { lr: 0.05, momentum: 0.9 });
  return { model, x, y, optimizer, trainer: new Trainer(model, { optimizer, loss: mseLoss, ...options }) };
}

/** Relative to the largest of each parameter. */
function expectNear(found: Record<string, number[]>, wanted: Record<string, number[]>, tolerance: number): void {
  for (const [path, values] of Object.entries(wanted)) {
    const scale = Math.max(...values.map(Math.abs));
    const off = Math.max(...values.map((value, i) => Math.abs(value - found[path]![i]!)));
    expect(off / scale, path).toBeLessThanOrEqual(tolerance);
  }
}

describe('accumulate', () => {
  it.each([
    ['', {}],
    [', clipped by norm', { clipNorm: 0.5 }],
    [', clipped by value', { clipValue: 0.3 }],
  ])('4 batches of 8 are one of 32, a short last window included%s', async (_, clipping) => {
    const large = hundred(clipping);
    const wanted = await large.trainer.fit([large.x, large.y], { epochs: 1, batchSize: 32, shuffle: false, ...quiet });
    const small = hundred({ ...clipping, accumulate: 4 });
    const before = await weights(small.model);
    const steps: number[] = [];
    const data = new DataLoader(new TensorDataset(small.x, small.y), { batchSize: 8 });
    const found = await small.trainer.fit(data, { epochs: 1, recordSteps: 1, ...quiet });
    for (const { step } of found.steps!) steps.push(step);
    expect(steps).toEqual([1, 2, 3, 4]);
    expectNear(await weights(small.model), await weights(large.model), 1e-6);
    expect(Math.abs(found.epochs[0]!.loss / wanted.epochs[0]!.loss - 1)).toBeLessThan(1e-6);
    expect(await weights(small.model)).not.toEqual(before);
  });

  it('is the plain loop with weighted losses, bit for bit', async () => {
    const hand = problem();
    const losses: number[] = [];
    for (let epoch = 0; epoch < 2; epoch++) {
      const batches = [...hand.loader]; // of 4, 4 and 2 samples
      for (const window of [batches.slice(0, 2), batches.slice(2)]) {
        hand.optimizer.zeroGrad();
        const samples = window.reduce((sum, [x]) => sum + x.shape[0], 0);
        let total = 0;
        for (const [x, y] of window) {
          const loss = mseLoss(hand.model.forward(x), y).keep();
          loss.mul(x.shape[0] / samples).backward();
          total += (await loss.item()) * x.shape[0];
        }
        await hand.optimizer.step();
        losses.push(total / samples);
      }
    }
    const records: StepRecord[] = [];
    const log: string[] = [];
    const watch = {
      onBatchEnd: (run: { step: number }, { batch }: { batch: number }) =>
        void log.push(`batch ${batch} at ${run.step}`),
      onStepEnd: (run: { step: number }, record: StepRecord) =>
        void (records.push(record), log.push(`step ${run.step}`)),
    };
    const { trainer, model, loader } = problem({ accumulate: 2, callbacks: [watch] });
    const history = await trainer.fit(loader, { epochs: 2, recordSteps: 1, ...quiet });
    expect(await weights(model)).toEqual(await weights(hand.model));
    expect(records.map(({ loss }) => loss)).toEqual(losses);
    expect(records.map(({ step, epoch }) => [step, epoch])).toEqual([[1, 1], [2, 1], [3, 2], [4, 2]]); // prettier-ignore
    expect(history.steps).toEqual(records);
    expect(log.slice(0, 5)).toEqual(['batch 1 at 0', 'batch 2 at 1', 'step 1', 'batch 3 at 2', 'step 2']);
  });

  it.each(['reference', 'gpu:cpu'])('and clipped gradients agree on %s', async (name) => {
    const home = (await device('auto')).name;
    const losses = async (options: object) => {
      const { trainer, loader } = problem({ accumulate: 2, clipNorm: 0.5, ...options });
      return (await trainer.fit(loader, { epochs: 3, ...quiet })).epochs.map(({ loss }) => loss);
    };
    const wanted = await losses({});
    try {
      expectClose(await losses({ device: name }), wanted, 1e-5);
    } finally {
      await device(home);
    }
  });

  it('divides any batches into windows whose shares are by samples', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 15 }),
        async (list, size, limit) => {
          const windows = new Windows(new Course('data', list as never), size, (batch) => batch as number, limit);
          const taken = list.slice(0, limit);
          let number = 0;
          for await (const batch of windows) {
            const start = number - (number % size);
            const window = taken.slice(start, start + size);
            const total = window.reduce((sum, samples) => sum + samples, 0);
            const isLast = number === start + window.length - 1;
            expect(windows.share).toEqual({ isFirst: number === start, isLast, weight: list[number]! / total });
            expect(batch).toBe(list[number]);
            if (++number === limit) break;
          }
          expect(number).toBe(taken.length);
        },
      ),
    );
  });

  it('of 1 is what it is without', async () => {
    const trained = async (options: object) => {
      const { trainer, model, loader } = problem(options);
      await trainer.fit(loader, { epochs: 2, ...quiet });
      return weights(model);
    };
    expect(await trained({ accumulate: 1 })).toEqual(await trained({}));
  });

  it('steps on what there is where a limit or the data ends', async () => {
    const counts = async (options: object) => {
      const { trainer, loader } = problem({ accumulate: 2 });
      const sizes: string[] = [];
      const callbacks = [
        { onStepEnd: (_: unknown, { step, epoch }: StepRecord) => void sizes.push(`${step}/${epoch}`) },
      ];
      const watched = new Trainer(trainer.model, { ...trainer.options, callbacks });
      await watched.fit(loader, { epochs: 2, ...options, ...quiet });
      return sizes;
    };
    expect(await counts({})).toEqual(['1/1', '2/1', '3/2', '4/2']);
    expect(await counts({ limitBatches: 1 })).toEqual(['1/1', '2/2']);
    expect(await counts({ maxSteps: 3 })).toEqual(['1/1', '2/1', '3/2']);
  });

  it('refuses what is no number before it reaches the parameters', async () => {
    const { trainer, loader, model } = problem({ accumulate: 3, loss: (a: Tensor, b: Tensor) => (b.shape[0] === 2 ? mseLoss(a, b).mul(NaN) : mseLoss(a, b)) }); // prettier-ignore
    const before = await weights(model);
    await expect(trainer.fit(loader, { epochs: 1, ...quiet })).rejects.toThrow(/step 1 \(epoch 1\): the loss is NaN/);
    expect(await weights(model)).toEqual(before);
  });
});

describe('clipping', () => {
  /** What torch.nn.utils documents, in double precision. */
  function clipped(
    gradients: number[][],
    { clipNorm, clipValue }: { clipNorm?: number; clipValue?: number },
  ): number[][] {
    if (clipValue !== undefined)
      return gradients.map((g) => g.map((v) => Math.max(-clipValue, Math.min(clipValue, v))));
    const norm = Math.sqrt(gradients.flat().reduce((sum, v) => sum + v * v, 0));
    return gradients.map((g) => g.map((v) => v * Math.min(1, clipNorm! / (norm + 1e-6))));
  }

  it.each([{ clipNorm: 0.1 }, { clipNorm: 1e6 }, { clipValue: 0.01 }])(
    '%o is that of a loop by hand',
    async (clipping) => {
      const hand = problem();
      for (const [x, y] of hand.loader) {
        hand.optimizer.zeroGrad();
        mseLoss(hand.model.forward(x), y).backward();
        const parameters = hand.model.parameters();
        const gradients = await Promise.all(parameters.map(async (p) => [...(await p.grad!.data())]));
        clipped(gradients, clipping).forEach((g, i) => {
          parameters[i]!.grad = tensor(new Float32Array(g), { shape: [...parameters[i]!.shape] });
        });
        await hand.optimizer.step();
      }
      const { trainer, model, loader } = problem(clipping);
      await trainer.fit(loader, { epochs: 1, ...quiet });
      expectNear(await weights(model), await weights(hand.model), 1e-6);
      const norms = await Promise.all(model.parameters().map(async (p) => [...(await p.grad!.data())]));
      const [largest, norm] = [Math.max(...norms.flat().map(Math.abs)), Math.hypot(...norms.flat())];
      if ('clipValue' in clipping) expect(largest).toBe(Math.fround(0.01));
      else if (clipping.clipNorm === 0.1) expect(norm).toBeCloseTo(0.1, 5);
      else expect(norm).toBeGreaterThan(0.1);
    },
  );

  it('works with Adam and accumulated gradients, whose metrics are averages of the step', async () => {
    const { model, loader } = problem();
    const trainer = new Trainer(model, { optimizer: new Adam(model), loss: mseLoss, metrics: { absoluteError }, accumulate: 3, clipNorm: 1 }); // prettier-ignore
    const { epochs, steps } = await trainer.fit(loader, { epochs: 2, recordSteps: 1, ...quiet });
    expect(steps!.map(({ loss, metrics }) => ({ loss, metrics }))).toEqual(epochs.map(({ loss, metrics }) => ({ loss, metrics }))); // prettier-ignore
  });
});
