import { describe, expect, it } from 'vitest';
import { explain, Linear, manualSeed, module, Module, mseLoss, randn, SGD, Trainer, type CustomStep, type StepContext, type Tensor } from 'decograd'; // prettier-ignore
import { absoluteError, problem, timeless, weights } from './problem';

const quiet = { progress: false } as const;

/** Two networks against each other, and a step that trains both. */
@module
class Game extends Module {
  readonly generator = new Linear(2, 3);
  readonly critic = new Linear(3, 1);
  forward(x: Tensor): Tensor {
    return this.critic.forward(this.generator.forward(x));
  }
}

function game() {
  manualSeed(4);
  const model = new Game();
  const real = randn([12, 3]);
  const optimizers = { generator: new SGD(model.generator, { lr: 0.05 }), critic: new SGD(model.critic, { lr: 0.1 }) };
  return { model, real, optimizers, batches: [0, 4, 8].map((i) => real.slice(0, i, i + 4)) };
}

async function play(model: Game, optimizers: ReturnType<typeof game>['optimizers'], real: Tensor) {
  const fake = model.generator.forward(randn([real.shape[0]!, 2]));
  const score = (x: Tensor) => model.critic.forward(x).mean();
  optimizers.critic.zeroGrad();
  const criticLoss = score(fake.detach()).sub(score(real)).keep();
  criticLoss.backward();
  await optimizers.critic.step();
  optimizers.generator.zeroGrad();
  const loss = score(fake).neg().keep();
  loss.backward();
  await optimizers.generator.step();
  return { loss, criticLoss };
}

describe('a training step of one’s own', () => {
  it('is the loop by hand with two optimizers, and what it returns is logged', async () => {
    const hand = game();
    const wanted: { loss: number; criticLoss: number }[] = [];
    for (let epoch = 0; epoch < 2; epoch++)
      for (const batch of hand.batches) {
        const { loss, criticLoss } = await play(hand.model, hand.optimizers, batch);
        wanted.push({ loss: await loss.item(), criticLoss: await criticLoss.item() });
      }
    const { model, optimizers, batches } = game();
    const contexts: StepContext[] = [];
    const trainStep: CustomStep<Tensor> = (real, context) => {
      contexts.push(context);
      return play(context.model as Game, context.optimizers as typeof optimizers, real);
    };
    const trainer = new Trainer(model, { optimizers, loss: mseLoss, trainStep });
    const history = await trainer.fit(batches, { epochs: 2, recordSteps: 1, ...quiet });
    expect(history.steps!.map(({ loss, metrics }) => ({ loss, ...metrics }))).toEqual(wanted);
    expect(await weights(model)).toEqual(await weights(hand.model));
    const mean = (name: 'loss' | 'criticLoss') => wanted.slice(3).reduce((sum, log) => sum + log[name], 0) / 3;
    expect(history.epochs[1]!.loss).toBeCloseTo(mean('loss'), 12);
    expect(history.epochs[1]!.metrics).toEqual({ criticLoss: expect.closeTo(mean('criticLoss'), 12) as number });
    expect(contexts.map(({ step, epoch }) => [step, epoch])).toEqual([[1, 1], [2, 1], [3, 1], [4, 2], [5, 2], [6, 2]]); // prettier-ignore
    expect(contexts[0]).toMatchObject({ model, optimizers, optimizer: optimizers.generator });
  });

  it('that does what the trainer’s does gives the same bits; validation is the trainer’s', async () => {
    const trainStep: CustomStep = async ([x, y], { model, optimizer, loss }) => {
      optimizer.zeroGrad();
      const output: Tensor = (model as { forward(x: Tensor): Tensor }).forward(x as Tensor);
      const value = loss(output, y);
      const error = (absoluteError(output, y) as Tensor).detach();
      value.backward();
      const log = { loss: value, absoluteError: await error.item() };
      await optimizer.step();
      return log;
    };
    const [own, usual] = [{ trainStep }, {}].map((options) => async () => {
      const { trainer, loader, model } = problem(options);
      const history = timeless(await trainer.fit(loader, { epochs: 2, validation: loader, ...quiet }));
      return { history, weights: await weights(model) };
    });
    expect(await own!()).toEqual(await usual!());
  });

  it('decides what a batch is, for the compiler as well; without it batches are pairs', async () => {
    const { model, optimizers, real } = game();
    const step = (batch: { real: Tensor }) => play(model, optimizers, batch.real);
    const trainer = new Trainer(model, { optimizers, loss: mseLoss, trainStep: step });
    expect((await trainer.fit([{ real }], { epochs: 1, ...quiet })).epochs.length).toBe(1);
    // @ts-expect-error it is no object with real
    await expect(trainer.fit([real], { epochs: 1, ...quiet })).rejects.toThrow(TypeError);
    const { x, optimizer, ...rest } = problem();
    const plain = new Trainer(rest.model, { optimizer, loss: mseLoss });
    // @ts-expect-error it is no pair
    await expect(plain.fit([x], { epochs: 1, ...quiet })).rejects.toThrow('a batch is [input, target]');
  });

  it('can be explained, which undoes what all optimizers did', async () => {
    const { model, optimizers, batches } = game();
    const trainStep = (real: Tensor) => play(model, optimizers, real);
    const trainer = new Trainer(model, { optimizers, loss: mseLoss, trainStep });
    await trainer.fit(batches, { epochs: 1, ...quiet });
    const before = await weights(model);
    expect(String(await explain(trainer, { runs: 1 }))).toContain('matmul');
    expect(await weights(model)).toEqual(before);
  });

  it.each([
    ['nothing', undefined, /^Trainer\.fit: step 1 \(epoch 1\): trainStep returned undefined; return \{ loss \}/],
    ['a tensor', randn([1]), /trainStep returned an instance of Tensor; return \{ loss \}/],
    ['no loss', { critic: 1 }, /trainStep returned an instance of Object; return \{ loss \}/],
    ['a loss per sample', { loss: randn([4]) }, /trainStep returned \[4\] for loss; return one number/],
    ['a text', { loss: 1, note: 'fine' }, /trainStep returned "fine" for note; return one number/],
    ['a loss that is no number', { loss: NaN }, /step 1 \(epoch 1\): trainStep returned NaN for the loss/],
  ])('that returns %s is refused', async (_, returned, message) => {
    const { trainer, loader } = problem({ trainStep: (() => returned) as never });
    await expect(trainer.fit(loader, { epochs: 1, ...quiet })).rejects.toThrow(message);
  });
});
