import { Adam, explain, grad, tensor, Explanation, type ExplainOptions, Linear, manualSeed, mseLoss, randn, Sequential, setDefaultDevice, Tanh, Trainer, type Tensor } from 'decograd'; // prettier-ignore
import { beforeEach, describe, expect, test } from 'vitest';
import { problem, weights } from '../train/problem';

beforeEach(() => {
  setDefaultDevice('wasm');
  manualSeed(1);
});

const two = { runs: 2 };

describe('a function', () => {
  test('is explained kernel by kernel, with what each has to do', async () => {
    const [a, b] = [randn([6, 8]), randn([8, 4])] as Tensor[];
    const { kernels, totals } = await explain(() => a.matmul(b).exp().sum().dataSync(), two);
    expect(kernels.map(({ kind }) => kind)).toEqual(['matmul', 'loop']);
    const [product, fold] = kernels;
    expect(product).toMatchObject({
      name: 'matmul',
      shape: [6, 4],
      device: 'wasm',
      calls: 1,
      bytes: 4 * (48 + 32 + 24),
    });
    expect(product.flops).toBe(2 * 6 * 4 * 8);
    expect(fold).toMatchObject({ shape: [], over: [6, 4], bytes: 4 * 25 });
    expect(fold.name.split(', ').sort()).toEqual(['exp', 'sum']);
    expect(fold.flops / 24).toBeGreaterThan(10); // exp is a polynomial
    expect(totals).toMatchObject({ kernels: 2, newPlans: 0, flops: product.flops + fold.flops });
    expect(totals.inKernels).toBeLessThanOrEqual(totals.milliseconds);
    for (const { milliseconds } of kernels) expect(milliseconds).toBeGreaterThan(0);
  });

  test('is compared with what the machine can do', async () => {
    const a = randn([512, 512]) as Tensor;
    const { kernels } = await explain(() => a.matmul(a).sum().dataSync(), two);
    expect(kernels[0].bound).toBe('arithmetic');
    expect(kernels[0].share).toBeGreaterThan(0);
  });

  test('may be asynchronous, and run a kernel twice', async () => {
    const model = new Sequential(new Linear(3, 4), new Tanh());
    const x = randn([5, 3]) as Tensor;
    const { kernels } = await explain(async () => {
      for (let i = 0; i < 2; i++) await (model.forward(x).sum() as Tensor).item();
    }, two);
    expect(new Set(kernels.map(({ calls }) => calls))).toEqual(new Set([2]));
  });

  test('is a table, plain data, and what console.log shows', async () => {
    const a = randn([6, 8]) as Tensor;
    const explanation = await explain(() => a.exp().dataSync(), two);
    const lines = String(explanation).split('\n');
    expect(lines[0]).toMatch(/^kernel +kind +shape +device +calls +bytes +FLOP +ms +of limit +bound by$/);
    expect(lines[2]).toMatch(/^exp +map +\[6, 8\] +wasm +1 +384/);
    expect(lines[2]).toMatch(/ 0\.0*[1-9]\d* +\d+% /); // a time that is not 0, however short
    expect(lines.at(-3)).toMatch(/^1 kernel in 1 evaluation: 384 B, /);
    expect(lines.at(-2)).toMatch(/ms: [\d.]+ in kernels, [\d.]+ in recording and dispatch/);
    expect(JSON.parse(JSON.stringify(explanation))).toEqual({
      kernels: explanation.kernels,
      totals: explanation.totals,
    });
    expect(explanation).toBeInstanceOf(Explanation);
  });

  test('counts a kernel that runs in several parts once', async () => {
    const [x, at] = [randn([4, 5]) as Tensor, tensor([[0], [2], [1], [4]], { dtype: 'int32' }) as Tensor];
    const picked = () => void grad(x.gather(1, at).sum() as Tensor, x);
    x.requiresGrad = true;
    const { kernels } = await explain(picked, two);
    expect(kernels.find(({ kind }) => kind === 'scatterAdd')).toMatchObject({ calls: 1, shape: [4, 5] });
  });

  test('that runs nothing is explained too', async () => {
    const { kernels, totals } = await explain(() => undefined, two);
    expect(kernels).toEqual([]);
    expect(totals.share).toBeNull();
  });

  test('on the reference backend has times and no limits', async () => {
    setDefaultDevice('reference');
    const a = randn([6, 8]) as Tensor;
    const { kernels } = await explain(() => a.exp().dataSync(), two);
    expect(kernels).toMatchObject([{ device: 'reference', share: null, bound: null }]);
  });

  test('that throws passes the error on, and nothing watches any more', async () => {
    const fails = () => {
      throw new Error('mine');
    };
    await expect(explain(fails, two)).rejects.toThrow('mine');
  });
});

describe('a trainer', () => {
  test('is explained by training steps, and is afterwards as if nothing had been', async () => {
    const trained = async (isExplained: boolean) => {
      const { trainer, loader, model } = problem();
      const fit = () => trainer.fit(loader, { epochs: 1, progress: false });
      await fit();
      if (isExplained) {
        const { kernels, totals } = await explain(trainer, two);
        expect(kernels.some(({ kind }) => kind === 'matmul')).toBe(true);
        expect(totals.newPlans).toBe(0);
      }
      await fit();
      return weights(model);
    };
    expect(await trained(true)).toEqual(await trained(false));
  });

  test('that has seen no batch takes one, or says what it lacks', async () => {
    const { trainer, x, y } = problem();
    await expect(explain(trainer, two)).rejects.toThrow(
      'explain: the trainer has trained on no batch yet; give one, { batch: [input, target] }',
    );
    await expect(explain(trainer, { ...two, batch: x })).rejects.toThrow('explain: the batch is one tensor');
    expect((await explain(trainer, { ...two, batch: [x, y] })).totals.kernels).toBeGreaterThan(3);
  });

  test('without an optimizer cannot be', async () => {
    const trainer = new Trainer(problem().model, { loss: mseLoss });
    await expect(explain(trainer, two)).rejects.toThrow('there is no optimizer');
  });
});

test.each([
  [3, {}, 'explain: takes a function that computes something, or a Trainer'],
  [new Adam(new Linear(2, 2)), {}, 'explain: takes a function that computes something, or a Trainer'],
  [() => 1, { runs: 0 }, 'explain: runs must be a whole number of at least 1, not 0'],
  [() => 1, { run: 3 }, "explain: there is no option 'run'; did you mean 'runs'?"],
  [() => 1, { batch: [] }, 'explain: a function gets no batch; use it inside the function'],
])('refuses %s with %o', async (target, options, message) => {
  await expect(explain(target as () => void, options as ExplainOptions)).rejects.toThrow(message);
});
