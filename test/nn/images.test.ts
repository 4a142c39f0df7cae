import { describe, expect, it } from 'vitest';
import { arange, Dropout2d, manualSeed, ones, PixelShuffle, randn, tensor, type Tensor, Upsample } from 'decograd';

const numbers = (x: Tensor | null) => [...(x!.dataSync() as Float32Array)];

describe('Dropout2d in training', () => {
  it('drops whole channels, each on its own, and scales the others', () => {
    manualSeed(4);
    const [n, c, p] = [200, 50, 0.3];
    const y: Tensor = new Dropout2d(p).forward(ones([n, c, 2, 3])).flatten(2);
    const [least, most] = [numbers(y.min(2)), numbers(y.max(2))];
    expect(least).toEqual(most);
    expect(new Set(least)).toEqual(new Set([0, Math.fround(1 / (1 - p))]));
    const zeros = least.filter((value) => value === 0).length;
    expect(Math.abs(zeros - n * c * p)).toBeLessThan(4.5 * Math.sqrt(n * c * p * (1 - p)));
  });

  it('is the identity in eval mode, and hands the same tensor on', () => {
    const x = randn([2, 3, 2, 2]);
    expect(new Dropout2d(0.5).eval().forward(x)).toBe(x);
  });

  it('the gradient goes through what the output came through', () => {
    const x = tensor(new Float32Array(64).fill(2), { shape: [2, 8, 4], requiresGrad: true });
    const y = new Dropout2d(0.5).forward(x);
    y.sum().backward();
    expect(numbers(x.grad)).toEqual(numbers(y).map((value) => value / 2));
  });
});

describe('Upsample', () => {
  it('by a factor that leaves a list as long as it is: PyTorch moves its elements, and images not', () => {
    const list = tensor([[[0, 1, 2]]], { requiresGrad: true });
    const moved = new Upsample({ scaleFactor: 1.2 }).forward(list);
    expect(numbers(moved)).toEqual([0, 0, 1]);
    moved
      .mul(tensor([1, 2, 3]))
      .sum()
      .backward();
    expect(numbers(list.grad)).toEqual([3, 3, 0]); // PyTorch's is [1, 2, 3], which is not that of its output
    const image = arange(9).float().reshape([1, 1, 3, 3]);
    expect(numbers(new Upsample({ scaleFactor: 1.2 }).forward(image))).toEqual(numbers(image));
  });

  it('resizes where its input is', () => {
    const x = randn([1, 2, 3, 3]).to('reference');
    for (const mode of ['nearest', 'bilinear'] as const)
      expect(new Upsample({ size: 5, mode }).forward(x).device).toBe('reference');
  });
});

it('PixelShuffle takes batches without images', () => {
  expect(new PixelShuffle(2).forward(ones([0, 8, 2, 3])).shape).toEqual([0, 2, 4, 6]);
});
