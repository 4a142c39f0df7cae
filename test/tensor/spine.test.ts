import { expect, test } from 'vitest';
import { commit, grad, gradCheck, manualSeed, noGrad, Parameter, randn, tensor } from 'decograd';

test('a product and its gradient', async () => {
  const x = tensor([
    [1, 2],
    [3, 4],
  ]);
  const w = new Parameter(
    tensor([
      [1, 0],
      [0, 1],
    ]),
  );
  x.matmul(w).sum().backward();
  expect(await x.matmul(w).toArray()).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(await w.grad!.toArray()).toEqual([
    [4, 4],
    [6, 6],
  ]);
});

test('gradients agree with central differences in double precision', () => {
  manualSeed(1);
  expect(gradCheck((a) => a.softmax(1).mul(a).logsumexp(1), [randn([3, 4])])).toBeLessThan(1e-6);
  expect(gradCheck((a, b) => a.matmul(b).gelu().prod(0), [randn([3, 3]), randn([3, 3])])).toBeLessThan(1e-6);
});

test('gradients of gradients', () => {
  const a = tensor([0.5, -1], { requiresGrad: true });
  const [g] = grad(a.pow(3).sum(), [a], { createGraph: true });
  const [h] = grad(g!.sum(), [a]);
  expect([...h!.dataSync()]).toEqual([3, -6]);
});

test('a step by hand lowers the loss', () => {
  manualSeed(2);
  const x = randn([8, 3]);
  const w = new Parameter(randn([3, 2]));
  const losses = Array.from({ length: 5 }, () => {
    w.grad = null;
    const loss = x.matmul(w).square().mean();
    loss.backward();
    noGrad(() => commit([[w, w.sub(w.grad!.mul(0.1))]]));
    return loss.itemSync();
  });
  expect(losses).toEqual([...losses].sort((a, b) => b - a));
});
