import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  Adam,
  BatchNorm2d,
  Conv2d,
  crossEntropyLoss,
  device,
  DeviceError,
  Dropout,
  evaluate,
  explain,
  Flatten,
  GELU,
  Linear,
  manualSeed,
  MaxPool2d,
  mseLoss,
  randn,
  ReLU,
  Sequential,
  SGD,
  tensor,
  type Module,
  type Optimizer,
  type Tensor,
} from 'decograd';
import type { GpuBackend, Mode } from '../../src/backend/gpu';
import type { Device } from '../../src/backend/gpu/modes/device';
import { backendOf } from '../../src/plan';
import { mismatch } from '../ops/compare';
import { allSamples } from '../ops/fixtures';
import { slowDevice, type SlowDevice } from './slow-device';

let slow: SlowDevice;

vi.mock('../../src/backend/gpu/modes/device', async (original) => {
  const { openDevice } = await original<{ openDevice(mode: Mode): Promise<Device> }>();
  return { openDevice: async () => (slow = slowDevice(await openDevice('cpu'))) };
});

const name = 'gpu:cpu';
beforeAll(async () => void (await device(name)));
afterAll(async () => void (await device('wasm')));

type Model = Module & { forward(x: Tensor): Tensor };

interface Training {
  readonly model: Model;
  readonly optimizer: Optimizer<any>;
  /** One step; its loss. */
  step(): Promise<number>;
}

function training(
  model: Model,
  optimizer: Optimizer<any>,
  x: Tensor,
  y: Tensor,
  lossOf: (output: Tensor, y: Tensor) => Tensor,
): Training {
  const step = async (): Promise<number> => {
    optimizer.zeroGrad();
    const loss = lossOf(model.forward(x), y);
    loss.backward();
    await optimizer.step();
    return loss.item();
  };
  return { model, optimizer, step };
}

function mlp(p = 0.2): Training {
  manualSeed(0);
  const model = new Sequential(new Linear(20, 32), new GELU(), new Dropout(p), new Linear(32, 5));
  return training(model, new Adam(model.parameters(), { lr: 0.01 }), randn([16, 20]), randn([16, 5]), mseLoss);
}

function cnn(): Training {
  manualSeed(0);
  const model = new Sequential(
    new Conv2d(1, 4, 3, { padding: 1 }),
    new BatchNorm2d(4),
    new ReLU(),
    new MaxPool2d(2),
    new Conv2d(4, 6, 3, { stride: 2 }),
    new ReLU(),
    new Flatten(),
    new Linear(54, 5),
  );
  const optimizer = new SGD(model.parameters(), { lr: 0.05, momentum: 0.9 });
  return training(
    model,
    optimizer,
    randn([8, 1, 14, 14]),
    tensor([0, 1, 2, 3, 4, 0, 1, 2], { dtype: 'int32' }),
    crossEntropyLoss,
  );
}

async function losses({ step }: Training, count: number): Promise<number[]> {
  const list: number[] = [];
  for (let i = 0; i < count; i++) list.push(await step());
  return list;
}

/** The same on the CPU. */
async function onCpu<T>(run: () => Promise<T>): Promise<T> {
  await device('wasm');
  const result = await run();
  await device(name);
  return result;
}

const gc = (setFlagsFromString('--expose-gc'), runInNewContext('gc') as () => void);
/** Values that nobody holds give their memory back some time after a collection. */
async function collected(): Promise<void> {
  for (let i = 0; i < 5; i++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const close = (a: readonly number[], b: readonly number[]): void =>
  a.forEach((x, i) => expect(Math.abs(x - b[i])).toBeLessThan(1e-5));

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
    const before = { ...slow.count };
    await losses(run, 10);
    const { downloads, compiled, launches } = slow.count;
    expect(downloads - before.downloads).toBe(10);
    expect(compiled).toBe(before.compiled);
    const { kernels } = await explain(run.step, { runs: 1 });
    expect(kernels.length).toBeGreaterThan(5);
    expect((launches - before.launches) % 10).toBe(0);
    await collected();
    const memory = { ...slow.memory };
    await losses(run, 200);
    await collected();
    expect(slow.memory).toEqual(memory);
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
    const compile = vi.spyOn(slow, 'compile').mockImplementation((_, __, what) => ({
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
      slow.lose();
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
});
