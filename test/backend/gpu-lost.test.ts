import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  Adam,
  device,
  Dropout,
  evaluate,
  GELU,
  LBFGS,
  Linear,
  manualSeed,
  mseLoss,
  randn,
  Sequential,
  tensor,
} from 'decograd';
import { opened } from './slow-device';
import { close, cnn, losses, mlp, onCpu, training, type Training } from './trainings';

vi.mock('../../src/backend/gpu/modes/device', async (original) => {
  const { slowDevices } = await import('./slow-device');
  return slowDevices(original);
});

const name = 'gpu:cpu';
beforeAll(async () => void (await device(name)));
afterAll(async () => void (await device('wasm')));

describe('a device that is lost', () => {
  it.each(['wasm', name])(
    'gives back the values of the last finished step, and training goes on on %s',
    async (next) => {
      const expected = await onCpu(() => losses(mlp(0), 8));
      manualSeed(0);
      const model = new Sequential(new Linear(20, 32), new GELU(), new Dropout(0), new Linear(32, 5));
      let [x, y] = [randn([16, 20]), randn([16, 5])];
      const optimizer = new Adam(model.parameters(), { lr: 0.01 });
      const before = await losses(training(model, optimizer, x, y, mseLoss), 5);
      opened.slow.lose();
      await expect(training(model, optimizer, x, y, mseLoss).step()).rejects.toThrow(`${name}: the device was lost`);
      if (next === 'wasm') {
        model.to('wasm');
        [x, y] = [x.to('wasm'), y.to('wasm')];
        await evaluate(...model.parameters(), x, y);
      }
      await device(next);
      const after = await losses(training(model, optimizer, x, y, mseLoss), 3);
      close([...before, ...after], expected);
      await device(name);
    },
  );

  it.each([
    ['Adam', mlp],
    ['SGD with momentum', cnn],
  ])('hands out state dicts all the same: %s', async (_, make) => {
    const expected = await onCpu(async () => stateOf(await trained(make, 4)));
    const run = await trained(make, 4);
    opened.slow.lose();
    const state = await stateOf(run);
    expect(Object.keys(state)).toEqual(Object.keys(expected));
    for (const [key, values] of Object.entries(expected)) close(state[key], values);
    await expect(run.step()).rejects.toThrow(`${name}: the device was lost`);
    expect(await stateOf(run)).toEqual(state);
    await device(name);
  });

  it('hands out the pieces of vectors that L-BFGS keeps', async () => {
    const made = async () => {
      manualSeed(1);
      const model = new Sequential(new Linear(6, 4), new GELU(), new Linear(4, 2));
      const optimizer = new LBFGS(model.parameters(), { lr: 0.5, maxIter: 3 });
      const [x, y] = [randn([8, 6]), randn([8, 2])];
      const run = training(model, optimizer, x, y, mseLoss);
      await optimizer.step(() => {
        optimizer.zeroGrad();
        const loss = mseLoss(model.forward(x), y);
        loss.backward();
        return loss;
      });
      return run;
    };
    const expected = await onCpu(async () => stateOf(await made()));
    const run = await made();
    opened.slow.lose();
    const state = await stateOf(run);
    expect(Object.keys(expected).length).toBeGreaterThan(8);
    for (const [key, values] of Object.entries(expected)) close(state[key], values);
    await device(name);
  });

  it('computes nothing, and gives values, parts of them and gradients', async () => {
    const { model } = await trained(mlp, 2);
    const [weight] = model.parameters();
    const [values, grad] = [await weight.data(), await weight.grad!.data()];
    const wide = randn([5, 3]);
    const [drawn, exact] = [await wide.data(), weight.mul(2)];
    opened.slow.lose();
    close([...(await weight.data())], [...values]);
    close([...(await weight.grad!.data())], [...grad]);
    expect(await wide.detach().data()).toEqual(drawn);
    expect(await wide.transpose().slice(0, 1, 2).data()).toEqual(drawn.filter((_, i) => i % 3 === 1));
    expect(await tensor([1, 2]).detach().keep().data()).toEqual(Float32Array.of(1, 2));
    await expect(exact.data()).rejects.toThrow(`${name}: the device was lost`);
    await device(name);
  });

  it('what a step was to replace stands, where the step was still waiting', async () => {
    const { model, optimizer } = await trained(mlp, 3);
    const before = await stateOf({ model, optimizer });
    const wide = training(model, optimizer, randn([17, 20]), randn([17, 5]), mseLoss);
    const step = wide.step();
    opened.slow.lose();
    await expect(step).rejects.toThrow(`${name}: the device was lost`);
    for (const value of model.parameters()) await value.data();
    const after = await stateOf({ model, optimizer });
    for (const [key, values] of Object.entries(before)) close(after[key], values);
    await device(name);
  });
});

async function trained(make: () => Training, count: number): Promise<Training> {
  const run = make();
  await losses(run, count);
  return run;
}

/** All that the model and its optimizer save, as numbers by path. */
async function stateOf({ model, optimizer }: Pick<Training, 'model' | 'optimizer'>) {
  const tensors = Object.entries(model.stateDict());
  for (const [path, { slots }] of Object.entries(optimizer.stateDict().state))
    for (const [slot, value] of Object.entries(slots)) tensors.push([`${path} ${slot}`, value]);
  const state: Record<string, number[]> = {};
  for (const [key, value] of tensors) state[key] = [...(await value.data())];
  return state;
}
