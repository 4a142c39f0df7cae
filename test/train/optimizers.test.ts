import { describe, expect, it } from 'vitest';
import { LBFGS, Linear, manualSeed, mseLoss, randn, ScheduleFreeAdamW, Sequential, Tanh, Trainer, type Tensor, type TrainerOptions } from 'decograd'; // prettier-ignore
import { weights } from './problem';

const quiet = { progress: false, shuffle: false } as const;

/** A model without a random part, so that what is evaluated twice is the same. */
function smooth() {
  manualSeed(4);
  const model = new Sequential(new Linear(3, 6), new Tanh(), new Linear(6, 2));
  return { model, x: randn([24, 3]), y: randn([24, 2]) };
}

describe('an optimizer that evaluates a step several times', () => {
  const options = { lr: 0.5, maxIter: 6, lineSearchFn: 'strong_wolfe' } as const;
  const trained = async (accumulate: number, batchSize: number, more: Partial<TrainerOptions> = {}) => {
    const { model, x, y } = smooth();
    const trainer = new Trainer(model, { optimizer: new LBFGS(model, options), loss: mseLoss, accumulate, ...more });
    const history = await trainer.fit([x, y], { epochs: 2, batchSize, recordSteps: 1, ...quiet });
    return { history, weights: await weights(model) };
  };

  it('is given the closure of the plain loop', async () => {
    const { model, x, y } = smooth();
    const optimizer = new LBFGS(model, options);
    const losses: number[] = [];
    for (let epoch = 0; epoch < 2; epoch++)
      for (const from of [0, 12]) {
        const [input, target] = [x.slice(0, from, from + 12), y.slice(0, from, from + 12)];
        const loss = await optimizer.step(() => {
          optimizer.zeroGrad();
          const value = mseLoss(model.forward(input), target);
          value.backward();
          return value;
        });
        losses.push(await loss.item());
      }
    const { history, weights: found } = await trained(1, 12);
    expect(history.steps!.map(({ loss }) => loss)).toEqual(losses);
    expect(found).toEqual(await weights(model));
  });

  it.each([
    ['', {}],
    [', clipped', { clipNorm: 0.05 }],
  ])('takes batches that share a step as one batch%s', async (_, clipping) => {
    const [whole, parts] = [await trained(1, 24, clipping), await trained(3, 10, clipping)]; // 10, 10 and 4; roundings grow over a dozen iterations
    const largest = Math.max(...Object.values(whole.weights).flat().map(Math.abs));
    for (const [path, values] of Object.entries(whole.weights))
      values.forEach((value, i) => expect(Math.abs(value - parts.weights[path]![i]!)).toBeLessThan(1e-4 * largest));
    expect(Math.abs(parts.history.steps!.at(-1)!.loss / whole.history.steps!.at(-1)!.loss - 1)).toBeLessThan(1e-5);
  });

  it('falls faster than its first evaluation', async () => {
    const { history } = await trained(1, 24);
    const [first, second] = history.steps!.map(({ loss }) => loss);
    expect(second).toBeLessThan(first! * 0.8);
  });
});

describe('an optimizer that keeps averages', () => {
  it('is validated with them, trained without, and left with them', async () => {
    const { model, x, y } = smooth();
    const optimizer = new ScheduleFreeAdamW(model, { lr: 0.05 });
    const seen: Record<string, unknown>[] = [];
    const loss = (output: Tensor, target: Tensor) => mseLoss(output, target);
    const callbacks = [{ onValidationStart: async () => void seen.push(await weights(model)), onValidationEnd: async () => void seen.push(await weights(model)) }]; // prettier-ignore
    const trainer = new Trainer(model, { optimizer, loss, callbacks });
    const history = await trainer.fit([x, y], { epochs: 3, batchSize: 8, validation: [x, y], ...quiet });
    expect(seen[0]).toEqual(seen[1]); // points at which gradients are taken, before and after
    const left = await weights(model);
    expect(left).not.toEqual(seen.at(-1));
    expect((await trainer.evaluate([x, y], { batchSize: 8 })).loss).toBe(history.epochs.at(-1)!.validation!.loss);

    const hand = smooth();
    const own = new ScheduleFreeAdamW(hand.model, { lr: 0.05 });
    for (let epoch = 0; epoch < 3; epoch++)
      for (const from of [0, 8, 16]) {
        own.zeroGrad();
        mseLoss(hand.model.forward(hand.x.slice(0, from, from + 8)), hand.y.slice(0, from, from + 8)).backward();
        await own.step();
      }
    own.eval();
    expect(left).toEqual(await weights(hand.model));
  });
});
