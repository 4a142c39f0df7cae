import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Adam, Conv2d, crossEntropyLoss, GELU, Linear, manualSeed, Parameter, randn, Sequential, setThreads, tensor, ValueError, type Tensor } from 'decograd'; // prettier-ignore
import { build } from 'esbuild';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { EngineMemory } from '../../src/backend/wasm/memory';
import { Pool } from '../../src/backend/wasm/pool';
import { Marks, sharedFunction } from './shared-function';

afterAll(() => setThreads(1));
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a pool of threads', () => {
  const memory = new EngineMemory();

  it('does every unit once, on all threads and no others', async () => {
    setThreads(3);
    const pool = new Pool(memory);
    const marks = new Marks(memory);
    const seen = new Set<number>();
    for (let i = 0; i < 200 && seen.size < 3; i++) {
      const marked = marks.run(pool);
      const units = marked.splice(0, 32);
      expect(units.every((m) => m > 0)).toBe(true);
      expect(marked).toEqual(new Array(32).fill(0));
      units.forEach((m) => seen.add(m));
      await sleep(2); // long enough for the others to fall asleep
    }
    expect([...seen].sort()).toEqual([1, 2, 3]);

    setThreads(2); // those that are there already may not work any more
    for (let i = 0; i < 20; i++) {
      const units = marks.run(pool).slice(0, 32);
      expect(units.every((m) => m === 1 || m === 2)).toBe(true);
      await sleep(1);
    }
  });

  it('says when a thread failed, and goes on alone', async () => {
    setThreads(2);
    const pool = new Pool(memory);
    const trap = sharedFunction(memory, (f) => {
      f.times(100_000, () => undefined);
      f.get(3).when(() => void f.i32(-4).i32(0).memory('i32.store', 8)); // beyond the end, on any thread but this
    });
    const fail = async () => {
      for (let i = 0; i < 200; i++) {
        pool.run(trap, 0, 8, 8);
        await sleep(2);
      }
    };
    await expect(fail()).rejects.toThrow('wasm: a thread failed; this run is lost, and the next ones use one thread');
    expect(pool.threads).toBe(1);
  });
});

describe('results are the same bits for every number of threads', () => {
  const inputs = () => [randn([200_003]), randn([200_003])] as const;
  const cases: Record<string, () => Promise<number[]>> = {
    'an elementwise chain, its sum and its gradients': async () => {
      const [a, b] = inputs().map((x) => new Parameter(x as Tensor)) as [Parameter, Parameter];
      const loss = (a as Tensor).mul(b).gelu('tanh').sum();
      loss.backward();
      return [await loss.item(), ...(await a.grad!.data()), ...(await b.grad!.data())];
    },
    'products and sums along each axis': async () => {
      const product = (randn([301, 203]) as Tensor).matmul(randn([203, 277]) as Tensor);
      const sums = [product.sum(0), product.sum(1), product.max(1), product.softmax(1).sum(0)];
      return (await Promise.all([product, ...sums].map(async (t) => [...(await t.data())]))).flat();
    },
    'batches of products, of equal and of repeated factors': async () => {
      const [a, b, c] = [randn([24, 33, 70]), randn([24, 70, 45]), randn([1, 70, 29])] as [Tensor, Tensor, Tensor];
      const products = [a.matmul(b), a.matmul(c), c.transpose().matmul(a.transpose())];
      return (await Promise.all(products.map(async (t) => [...(await t.data())]))).flat();
    },
    'a convolution and its gradients': async () => {
      const layer = new Conv2d(8, 12, 3, { padding: 1 });
      const x = new Parameter(randn([9, 8, 17, 15]) as Tensor);
      layer.forward(x).square().mean().backward();
      return (await Promise.all([x, layer.weight, layer.bias!].map(async (p) => [...(await p.grad!.data())]))).flat();
    },
    training: async () => {
      const model = new Sequential(new Linear(300, 256), new GELU(), new Linear(256, 10));
      const optimizer = new Adam(model, { lr: 1e-2 });
      const x = randn([128, 300]) as Tensor;
      const y = tensor(Int32Array.from({ length: 128 }, (_, i) => i % 10));
      for (let i = 0; i < 12; i++) {
        optimizer.zeroGrad();
        crossEntropyLoss(model.forward(x), y).backward();
        await optimizer.step();
      }
      return (await Promise.all([...model.parameters()].map(async (p) => [...(await p.data())]))).flat();
    },
  };
  beforeEach(() => void manualSeed(3));
  it.each(Object.entries(cases))('%s', async (_, compute) => {
    setThreads(1);
    const alone = await compute();
    for (const threads of [2, 4]) {
      setThreads(threads);
      await compute(); // starts the threads
      await sleep(100);
      manualSeed(3);
      expect(await compute()).toEqual(alone);
    }
  });
});

it('threads keep no process alive', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'decograd-threads-'));
  const outfile = join(folder, 'program.cjs');
  const contents =
    "import { randn, setThreads } from 'decograd'; setThreads(3);" +
    'for (let i = 0; i < 40; i++) randn([512, 512]).matmul(randn([512, 512])).sum().itemSync(); console.log("done");';
  await build({ stdin: { contents, resolveDir: process.cwd() }, outfile, bundle: true, platform: 'node', format: 'cjs', conditions: ['decograd-source'], external: ['gpu.js'], ignoreAnnotations: true, logLevel: 'error' }); // prettier-ignore
  const { stdout } = await promisify(execFile)(process.execPath, [outfile], { timeout: 20_000 });
  expect(stdout).toBe('done\n');
  rmSync(folder, { recursive: true });
});

it.each([0, -1, 1.5, NaN, '2' as never])('setThreads refuses %s', (n) => {
  expect(() => setThreads(n)).toThrow(ValueError);
  expect(() => setThreads(n)).toThrow('setThreads: needs a whole number of at least 1');
});
