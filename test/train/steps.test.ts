import { describe, expect, it } from 'vitest';
import { evaluateStep, GradientError, mseLoss, noGrad, tensor, trainStep, type Tensor } from 'decograd';
import { absoluteError, problem, weights } from './problem';

const objective = { loss: mseLoss, metrics: { absoluteError } };

describe('trainStep', () => {
  it('is one step: the scores of before, the parameters of after', async () => {
    const hand = problem();
    const output = hand.model.forward(hand.x);
    const loss = mseLoss(output, hand.y);
    loss.backward();
    const error = await noGrad(() => absoluteError(output, hand.y) as Tensor).item();
    await hand.optimizer.step();

    const step = problem();
    const before = await weights(step.model);
    const result = await trainStep(step.model, [step.x, step.y], objective, step.optimizer);
    expect(result).toEqual({ loss: await loss.item(), metrics: { absoluteError: error } });
    expect(await weights(step.model)).toEqual(await weights(hand.model));
    expect(await weights(step.model)).not.toEqual(before);
  });

  it('forgets the gradients of the step before', async () => {
    const { model, x, y, optimizer } = problem();
    model.dropout.eval();
    optimizer.paramGroups[0]!.lr = 0;
    await trainStep(model, [x, y], { loss: mseLoss }, optimizer);
    const first = await model.output.bias!.grad!.data();
    await trainStep(model, [x, y], { loss: mseLoss }, optimizer);
    expect(await model.output.bias!.grad!.data()).toEqual(first);
  });

  it.each([NaN, Infinity])('refuses a loss of %f and updates nothing', async (bad) => {
    const { model, x, y, optimizer } = problem();
    const before = await weights(model);
    const step = trainStep(model, [x, y], { loss: (a: Tensor, b: Tensor) => mseLoss(a, b).mul(bad) }, optimizer);
    await expect(step).rejects.toThrow(GradientError);
    await expect(step).rejects.toThrow(
      /the loss is .*; the first non-finite parameter is hidden\.weight \(its gradient\)/,
    );
    expect(await weights(model)).toEqual(before);
  });

  it('refuses a gradient that is not finite where the loss is', async () => {
    const { model, x, optimizer } = problem();
    const root = (output: Tensor) => output.sum().mul(0).sqrt(); // 0, whose derivative is infinite
    await expect(trainStep(model, [x, x], { loss: root }, optimizer)).rejects.toThrow(
      /the loss is 0; .* \(its gradient\)/,
    );
  });

  it('names a parameter that was bad before', async () => {
    const { model, x, y, optimizer } = problem();
    model.output.bias!.assign(tensor([0, NaN]));
    await expect(trainStep(model, [x, y], { loss: mseLoss }, optimizer)).rejects.toThrow(
      /NaN; the first non-finite parameter is /,
    );
  });
});

describe('evaluateStep', () => {
  it('computes loss and metrics without gradients, in the mode that the model is in', async () => {
    const { model, x, y } = problem();
    model.eval();
    const result = await evaluateStep(model, [x, y], objective);
    expect(result.loss).toBe(await noGrad(() => mseLoss(model.forward(x), y)).item());
    expect(model.parameters().every((p) => p.grad === null)).toBe(true);
    model.train();
    const [one, other] = [await evaluateStep(model, [x, y], objective), await evaluateStep(model, [x, y], objective)];
    expect(one.loss).not.toBe(other.loss);
    expect(model.training).toBe(true);
  });
});

describe.each([
  ['trainStep', (loss: unknown, metrics = {}) => {
    const { model, x, y, optimizer } = problem();
    return trainStep(model, [x, y], { loss, metrics } as typeof objective, optimizer);
  }],
  ['evaluateStep', (loss: unknown, metrics = {}) => {
    const { model, x, y } = problem();
    return evaluateStep(model, [x, y], { loss, metrics } as typeof objective);
  }],
] as const)('%s refuses', (_, step) => {
  it.each([
    ['a loss per sample', (a: Tensor, b: Tensor) => mseLoss(a, b, { reduction: 'none' }), /the loss is \[10, 2\], not one number; take reduction 'mean', or call \.mean\(\)/],
    ['a loss that is no tensor', () => 3, /the loss function returned 3; return a tensor of one number/],
    ['a loss forgotten', () => undefined, /the loss function returned undefined/],
  ])('%s', (_what, loss, message) => expect(step(loss)).rejects.toThrow(message));
  it.each([
    ['a metric per sample', (a: Tensor) => a, /metric wrong returned \[10, 2\]; return one number, as a tensor or plain/],
    ['a metric forgotten', () => undefined, /metric wrong returned undefined/],
    ['a metric that is a promise', async () => Promise.resolve(1), /metric wrong returned an instance of Promise/],
  ])('%s', (_what, wrong, message) => expect(step(mseLoss, { wrong })).rejects.toThrow(message));
}); // prettier-ignore
