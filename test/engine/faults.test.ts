import type * as decograd from 'decograd';
import { Adam, device, DeviceError, Linear, manualSeed, mseLoss, randn, Sequential, setThreads, Tanh, type Tensor } from 'decograd'; // prettier-ignore
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EngineMemory } from '../../src/backend/wasm/memory';
import { Pool } from '../../src/backend/wasm/pool';

beforeEach(async () => void (await device('wasm')));
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.resetModules();
  setThreads(1);
});

/** Steps of a model that threads share the work of; `parameters` copies them. */
function training() {
  manualSeed(1);
  const model = new Sequential(new Linear(64, 600), new Tanh(), new Linear(600, 8));
  const optimizer = new Adam(model, { lr: 1e-2 });
  const [x, y] = [randn([256, 64]), randn([256, 8])] as Tensor[];
  const step = async () => {
    optimizer.zeroGrad();
    mseLoss(model.forward(x) as Tensor, y).backward();
    await optimizer.step();
  };
  return { step, parameters: () => model.parameters().map((p) => [...p.dataSync()]) };
}

describe('too little memory', () => {
  test('a value beyond the address space is named with its size, and the engine goes on', async () => {
    const { step, parameters } = training();
    await step();
    const before = parameters();
    const a = randn([60_000, 2]) as Tensor;
    expect(() => a.matmul(a.transpose()).dataSync()).toThrow(
      /^wasm: a run whose largest value is matmul \[60000, 60000\] needs 14400\d{6} bytes, .* use smaller batches or fewer elements$/,
    );
    expect(parameters()).toEqual(before);
    await step();
    expect(parameters()).not.toEqual(before);
  });

  test('memory that the system refuses is an error, until it gives some', () => {
    vi.stubGlobal('SharedArrayBuffer', undefined); // memory grows then, instead of being there from the start
    const memory = new EngineMemory();
    const { grow } = WebAssembly.Memory.prototype;
    const refuse = vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(() => {
      throw new RangeError('refused');
    });
    expect(() => memory.allocate(2 ** 24, 'a value of 4194304 float32 elements')).toThrow(DeviceError);
    expect(() => memory.allocate(2 ** 24, 'a value of 4194304 float32 elements')).toThrow(
      /^wasm: a value of 4194304 float32 elements needs 16777216 bytes, .* the system refuses more/,
    );
    const small = memory.allocate(1024, 'little');
    memory.floats[small / 4] = 3;
    refuse.mockImplementation(function (this: WebAssembly.Memory, pages) {
      return grow.call(this, pages);
    });
    expect(memory.allocate(2 ** 24, 'much')).toBeGreaterThan(0);
    expect(memory.floats[small / 4]).toBe(3);
  });
});

describe('a thread that dies in the middle of a kernel', () => {
  test.each(['backward', 'step'] as const)(
    'in %s: an error, nothing partly written, and training goes on',
    async (when) => {
      setThreads(3); // with fewer, one thread alone may write over the parameters
      const [undisturbed, disturbed] = [training(), training()];
      for (let i = 0; i < 3; i++) await undisturbed.step();
      let jobs = 0;
      const { run } = Pool.prototype;
      const pool = vi.spyOn(Pool.prototype, 'run').mockImplementation(function (this: Pool, ...args) {
        jobs++;
        run.apply(this, args);
      });
      await undisturbed.step();
      expect(jobs).toBeGreaterThan(5);
      pool.mockImplementation(run);

      await disturbed.step();
      await disturbed.step();
      const before = disturbed.parameters();
      const dying = when === 'backward' ? 2 : jobs; // the update's kernels are the last
      let left = dying;
      pool.mockImplementation(function (this: Pool, fn, args, units, chunks) {
        if (--left > 0) return run.call(this, fn, args, units, chunks);
        fn.call(args, 0, Math.floor(units / 2), 0); // half of it is written
        throw new DeviceError('wasm: a thread failed');
      });
      await expect(disturbed.step()).rejects.toThrow('wasm: a thread failed');
      pool.mockRestore();
      expect(disturbed.parameters()).toEqual(before);
      await disturbed.step();
      await disturbed.step();
      expect(disturbed.parameters()).toEqual(undisturbed.parameters());
    },
  );
});

describe('what is missing is made up for, and said once', () => {
  /** A fresh copy of decograd in an engine of which something was taken away; `warnings` is what it says. */
  async function decogradWithout(prepare: () => void) {
    prepare();
    vi.resetModules();
    const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const lib = await import('decograd');
    return { lib, said: () => warnings.mock.calls.filter(([, type]) => (type as unknown) === 'decograd').map(([text]) => text) }; // prettier-ignore
  }
  /** Enough work for threads. */
  const work = ({ randn }: Pick<typeof decograd, 'randn'>) => {
    for (let i = 0; i < 2; i++) void (randn([500_000]) as Tensor).exp().sum().itemSync();
  };

  test('WebAssembly', async () => {
    const { lib, said } = await decogradWithout(() => vi.stubGlobal('WebAssembly', undefined));
    expect((await lib.device('auto')).name).toBe('reference');
    expect([...lib.tensor([1, 2]).add(1).dataSync()]).toEqual([2, 3]);
    expect([...lib.tensor([1, 2]).add(1).dataSync()]).toEqual([2, 3]);
    expect(said()).toEqual([expect.stringMatching(/^there is no WebAssembly with SIMD here/)]);
  });

  test('SIMD', async () => {
    const { lib, said } = await decogradWithout(() => vi.spyOn(WebAssembly, 'validate').mockReturnValue(false));
    expect([...lib.tensor([1, 2]).add(1).dataSync()]).toEqual([2, 3]);
    expect(lib.tensor([1]).device).toBe('reference');
    expect(said()).toEqual([expect.stringMatching(/^there is no WebAssembly with SIMD here/)]);
  });

  test('shared memory', async () => {
    const { lib, said } = await decogradWithout(() => vi.stubGlobal('SharedArrayBuffer', undefined));
    work(lib);
    lib.setThreads(4);
    work(lib);
    expect(said()).toEqual([
      expect.stringMatching(/^the CPU engine runs on one thread: threads need SharedArrayBuffer/),
    ]);
  });

  test('address space', async () => {
    const { Memory } = WebAssembly;
    class Small extends Memory {
      constructor(options: WebAssembly.MemoryDescriptor) {
        if (options.initial > 1000) throw new RangeError('could not allocate memory');
        super(options);
      }
    }
    const { lib, said } = await decogradWithout(() => vi.stubGlobal('WebAssembly', Object.create(WebAssembly, { Memory: { value: Small } }))); // prettier-ignore
    lib.setThreads(2);
    work(lib);
    expect(said()).toEqual([expect.stringMatching(/^the CPU engine runs on one thread: the system refused 4 GiB/)]);
  });

  test('workers', async () => {
    const { lib, said } = await decogradWithout(() => undefined);
    const found = process.getBuiltinModule.bind(process);
    const refuses = class {
      constructor() {
        throw new Error('no more threads');
      }
    };
    vi.spyOn(process, 'getBuiltinModule').mockImplementation(((name: string) =>
      name === 'node:worker_threads' ? { Worker: refuses } : found(name)) as never);
    lib.setThreads(2);
    work(lib);
    expect(said()).toEqual([expect.stringMatching(/^the CPU engine runs on one thread: another could not be started \(Error: no more threads\)/)]); // prettier-ignore
  });
});
