import { describe, expect, it } from 'vitest';
import {
  BatchNorm1d,
  BatchNorm2d,
  grad,
  gradCheck,
  GroupNorm,
  InstanceNorm1d,
  LayerNorm,
  noGrad,
  randn,
  RMSNorm,
  tensor,
  type Tensor,
} from 'decograd';

const numbers = (x: Tensor | null) => [...(x!.dataSync() as Float32Array)];

describe('running statistics', () => {
  it('of several batches, counted: null as momentum is their average', () => {
    const layer = new BatchNorm1d(1, { momentum: null });
    for (const batch of [[1, 3], [5, 9], [0, 6]]) layer.forward(tensor(batch.map((x) => [x]))); // prettier-ignore
    expect(numbers(layer.numBatchesTracked)).toEqual([3]);
    expect(numbers(layer.runningMean)[0]).toBeCloseTo((2 + 7 + 3) / 3, 5);
    expect(numbers(layer.runningVar)[0]).toBeCloseTo((2 + 8 + 18) / 3, 5); // divided by n - 1
  });

  it('are forgotten on request, and do not change in eval mode', () => {
    const layer = new BatchNorm2d(2);
    layer.forward(randn([2, 2, 3, 3]));
    layer.resetRunningStats();
    layer.eval().forward(randn([2, 2, 3, 3]));
    expect(numbers(layer.runningMean)).toEqual([0, 0]);
    expect(numbers(layer.runningVar)).toEqual([1, 1]);
    expect(numbers(layer.numBatchesTracked)).toEqual([0]);
  });

  it('receive no gradient, and are kept in noGrad too', () => {
    const layer = new BatchNorm1d(2);
    noGrad(() => layer.forward(tensor([[0, 10], [10, 0]]))); // prettier-ignore
    expect(numbers(layer.runningMean)).toEqual([0.5, 0.5]);
    layer
      .forward(randn([4, 2]))
      .sum()
      .backward();
    expect(layer.runningMean!.requiresGrad).toBe(false);
  });

  it('stand in state dicts where there are any', () => {
    const keys = (layer: { stateDict(): object }) => Object.keys(layer.stateDict());
    expect(keys(new BatchNorm1d(2))).toEqual(['weight', 'bias', 'runningMean', 'runningVar', 'numBatchesTracked']);
    expect(keys(new BatchNorm1d(2, { affine: false, trackRunningStats: false }))).toEqual([]);
    expect(keys(new InstanceNorm1d(2))).toEqual([]);
    expect(keys(new BatchNorm2d(2, { bias: false, trackRunningStats: false }))).toEqual(['weight']);
    expect(keys(new InstanceNorm1d(2, { affine: true, bias: false }))).toEqual(['weight']);
    expect(keys(new GroupNorm(1, 2, { bias: false }))).toEqual(['weight']);
    expect(keys(new GroupNorm(1, 2, { affine: false }))).toEqual([]);
    expect(new BatchNorm1d(2).numBatchesTracked!.dtype).toBe('int32');
  });
});

it('layers start with weight 1 and bias 0', () => {
  for (const layer of [new BatchNorm1d(2), new LayerNorm(2), new GroupNorm(1, 2), new InstanceNorm1d(2, { affine: true })]) // prettier-ignore
    expect([numbers(layer.weight), numbers(layer.bias)]).toEqual([[1, 1], [0, 0]]); // prettier-ignore
});

it('what is alone in its group becomes 0, exactly, and has no gradient', () => {
  for (const layer of [new GroupNorm(3, 3), new LayerNorm([1])]) {
    const x = tensor([[[1], [2], [3]], [[4], [5], [6]]], { requiresGrad: true }); // prettier-ignore
    const y = layer.forward(x);
    y.mul(randn([2, 3, 1])).sum().backward(); // prettier-ignore
    expect(numbers(y)).toEqual(new Array(6).fill(0));
    expect(numbers(x.grad)).toEqual(new Array(6).fill(0));
  }
});

describe('gradients are those of central differences, and so are their gradients', () => {
  const makers: (() => { forward(x: Tensor): Tensor })[] = [
    () => new BatchNorm1d(3),
    () => new InstanceNorm1d(3),
    () => new LayerNorm(2),
    () => new GroupNorm(1, 3),
    () => new RMSNorm(2),
  ];
  it.each(makers.map((make) => [make().constructor.name, make] as const))('%s', (_, make) => {
    const inputs = [randn([2, 3, 2]), randn([2, 3, 2])];
    const value = (x: Tensor, upstream: Tensor) => make().forward(x).mul(upstream).sum();
    const slope = (x: Tensor, upstream: Tensor) => {
      if (!x.requiresGrad) x.requiresGrad = true; // differences are taken of constants
      return grad(value(x, upstream), [x], { createGraph: true })[0]!.square().sum();
    };
    expect(gradCheck(value, inputs)).toBeLessThan(1e-6);
    expect(gradCheck(slope, inputs, { tolerance: 1e-5 })).toBeLessThan(1e-5);
  });
});
