import { describe, expect, it } from 'vitest';
import { Dropout, manualSeed, ones, randn, tensor } from 'decograd';

/** The layer in training mode, its draws started from a seed. */
function dropped(p: number, shape: readonly number[], seed = 1): Float32Array {
  manualSeed(seed);
  return new Dropout(p).forward(ones(shape)).dataSync() as Float32Array;
}

describe('in training', () => {
  it.each([0.1, 0.5, 0.9])('p %f: zeros by chance, the rest scaled, the mean unchanged', (p) => {
    const n = 100_000;
    const values = dropped(p, [n]);
    const scale = Math.fround(1 / (1 - p));
    expect(values.every((value) => value === 0 || Math.abs(value - scale) < 1e-6 * scale)).toBe(true);
    const zeros = values.filter((value) => value === 0).length;
    const error = Math.sqrt(n * p * (1 - p)); // of a binomial count
    expect(Math.abs(zeros - n * p)).toBeLessThan(4.5 * error);
    // neighbours are independent: the count of zero pairs is one of n / 2 draws at p^2
    const pairs = values.filter((value, i) => i % 2 === 1 && value === 0 && values[i - 1] === 0).length;
    expect(Math.abs(pairs - (n / 2) * p ** 2)).toBeLessThan(4.5 * Math.sqrt((n / 2) * p ** 2 * (1 - p ** 2)));
  });

  it('one seed drops the same, another seed and the next call others', () => {
    expect(dropped(0.5, [8, 8])).toEqual(dropped(0.5, [8, 8]));
    expect(dropped(0.5, [8, 8], 2)).not.toEqual(dropped(0.5, [8, 8]));
    const layer = new Dropout(0.5);
    expect(layer.forward(ones([64])).dataSync()).not.toEqual(layer.forward(ones([64])).dataSync());
  });

  it('p 0 changes nothing and draws nothing; p 1 leaves zeros', () => {
    expect([...dropped(0, [4])]).toEqual([1, 1, 1, 1]);
    manualSeed(1);
    new Dropout(0).forward(ones([4]));
    const next = randn([1]).itemSync();
    manualSeed(1);
    expect(randn([1]).itemSync()).toBe(next);
    expect([...dropped(1, [4])]).toEqual([0, 0, 0, 0]);
  });

  it('the gradient goes through what the output came through', async () => {
    manualSeed(3);
    const x = tensor(new Float32Array(64).fill(2), { requiresGrad: true });
    const y = new Dropout(0.4).forward(x);
    y.sum().backward();
    const [output, gradient] = [await y.data(), await x.grad!.data()];
    expect(gradient).toEqual(output.map((value) => value / 2));
    expect(new Set(gradient).size).toBe(2);
  });

  it('broadcasts nothing: every element has a draw of its own', () => {
    const values = dropped(0.5, [50, 50]);
    const rows = Array.from({ length: 50 }, (_, i) => [...values.subarray(50 * i, 50 * i + 50)].join());
    const columns = Array.from({ length: 50 }, (_, i) => [...values].filter((_, j) => j % 50 === i).join());
    expect([new Set(rows).size, new Set(columns).size]).toEqual([50, 50]);
  });
});

it('in eval mode it is the identity, and hands the same tensor on', () => {
  const x = randn([3]);
  for (const p of [0, 0.5, 1]) expect(new Dropout(p).eval().forward(x)).toBe(x);
});

it('draws where its input is', () => {
  const x = ones([64], {}).to('reference');
  manualSeed(1);
  const there = new Dropout(0.5).forward(x);
  expect(there.device).toBe('reference');
  expect(there.dataSync()).toEqual(dropped(0.5, [64]));
});
