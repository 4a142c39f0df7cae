import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  Adam,
  device,
  DeviceError,
  Dropout,
  evaluate,
  explain,
  GELU,
  Linear,
  manualSeed,
  mseLoss,
  randn,
  Sequential,
  SGD,
  tensor,
} from 'decograd';
import type { GpuBackend } from '../../src/backend/gpu';
import { backendOf } from '../../src/plan';
import { mismatch } from '../ops/compare';
import { allSamples } from '../ops/fixtures';
import { opened } from './slow-device';
import { close, cnn, losses, mlp, onCpu, training } from './trainings';

vi.mock('../../src/backend/gpu/modes/device', async (original) => {
  const { slowDevices } = await import('./slow-device');
  return slowDevices(original);
});

const name = 'gpu:cpu';
beforeAll(async () => void (await device(name)));
afterAll(async () => void (await device('wasm')));

const gc = (setFlagsFromString('--expose-gc'), runInNewContext('gc') as () => void);
/** Values that nobody holds give their memory back some time after a collection. */
async function collected(): Promise<void> {
  for (let i = 0; i < 5; i++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('a device that takes its time', () => {
  it('gives what PyTorch gives for every operation', async () => {
    for (const sample of allSamples) expect(await mismatch(sample)).toBeNull();
    expect((backendOf(name) as GpuBackend).fallbacks).toEqual([]);
  });

  it.each([mlp, cnn])('trains as the CPU does: %o', async (make) => {
    close(await losses(make(), 10), await onCpu(() => losses(make(), 10)));
  });

  it('reads back nothing but the loss, compiles nothing new, and takes no more memory', async () => {
    const run = mlp();
    await losses(run, 5);
    const before = { ...opened.slow.count };
    await losses(run, 10);
    const { downloads, compiled, launches } = opened.slow.count;
    expect(downloads - before.downloads).toBe(10);
    expect(compiled).toBe(before.compiled);
    const { kernels } = await explain(run.step, { runs: 1 });
    expect(kernels.length).toBeGreaterThan(5);
    expect((launches - before.launches) % 10).toBe(0);
    await collected();
    const memory = { ...opened.slow.memory };
    await losses(run, 200);
    await collected();
    expect(opened.slow.memory).toEqual(memory);
  });

  it('refuses to wait where nothing can be waited for', async () => {
    const x = randn([3]);
    await evaluate(x);
    expect(() => x.dataSync()).toThrow(DeviceError);
    expect(() => x.dataSync()).toThrow(`the value is on ${name}, from where it takes time to come: await data()`);
    expect(await x.data()).toHaveLength(3);
  });

  it('an index out of range is named where JavaScript gave it, and gives NaN where the device did', async () => {
    const table = randn([4, 2]);
    const index = tensor([1, 9], { dtype: 'int32' });
    expect(() => table.indexSelect(0, index)).toThrow('9');
    const made = tensor([1, 4], { dtype: 'int32' }).add(5);
    expect([...(await table.indexSelect(0, made).data())]).toEqual([NaN, NaN, NaN, NaN]);
  });

  it('what goes wrong after the call is thrown by what is awaited, and the parameter stays', async () => {
    const { model, step } = mlp(0);
    await step();
    const before = await model.parameters()[0].data();
    const compile = vi.spyOn(opened.slow, 'compile').mockImplementation((_, __, what) => ({
      ready: Promise.reject(new DeviceError(`${name}: ${what}: does not compile`)),
      run: () => expect.unreachable(),
      release: () => undefined,
    }));
    const wide = training(model, new SGD(model.parameters(), { lr: 1 }), randn([17, 20]), randn([17, 5]), mseLoss);
    await expect(wide.step()).rejects.toThrow('does not compile');
    compile.mockRestore();
    expect(await model.parameters()[0].data()).toEqual(before);
  });

  it('values move to the CPU and back, and so does what an optimizer remembers', async () => {
    const expected = await onCpu(() => losses(mlp(0), 9));
    manualSeed(0);
    const model = new Sequential(new Linear(20, 32), new GELU(), new Dropout(0), new Linear(32, 5));
    const [x, y] = [randn([16, 20]), randn([16, 5])];
    const optimizer = new Adam(model.parameters(), { lr: 0.01 });
    const first = await losses(training(model, optimizer, x, y, mseLoss), 3);
    model.to('wasm');
    const onWasm = training(model, optimizer, x.to('wasm'), y.to('wasm'), mseLoss);
    await expect(onWasm.step()).rejects.toThrow('is still on its way to wasm');
    const [xs, ys] = [x.to('wasm'), y.to('wasm')];
    await evaluate(...model.parameters(), xs, ys);
    const second = await losses(training(model, optimizer, xs, ys, mseLoss), 3);
    model.to(name);
    const third = await losses(training(model, optimizer, x, y, mseLoss), 3);
    close([...first, ...second, ...third], expected);
  });
});
