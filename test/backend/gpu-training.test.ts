import { beforeAll, describe, expect, it } from 'vitest';
import {
  Adam,
  commit,
  crossEntropyLoss,
  device,
  Dropout,
  GELU,
  Linear,
  manualSeed,
  noGrad,
  Parameter,
  randn,
  Sequential,
  tensor,
  withDevice,
  type Tensor,
} from 'decograd';
import type { GpuBackend } from '../../src/backend/gpu';
import { backendOf } from '../../src/plan';

/** Ten epochs of x w + b on the mean squared error, by hand; losses and final parameters. */
function regression(): number[] {
  manualSeed(0);
  const [weight, bias] = [new Parameter(randn([3, 4])), new Parameter(randn([4]))];
  const [x, target] = [randn([8, 3]), randn([8, 4])];
  const losses = Array.from({ length: 10 }, () => {
    for (const p of [weight, bias]) p.grad = null;
    const loss = x.matmul(weight).add(bias).sub(target).square().mean();
    loss.backward();
    noGrad(() => commit([weight, bias].map((p): [Parameter, Tensor] => [p, p.sub(p.grad!.mul(0.1))])));
    return loss.itemSync();
  });
  return [...losses, ...weight.dataSync(), ...bias.dataSync()];
}

/** A classifier with an embedding table, layers, dropout and Adam: gathers, scatters, random bits and softmax. */
async function classifier(): Promise<number[]> {
  manualSeed(1);
  const table = new Parameter(randn([6, 5]));
  const model = new Sequential(new Linear(10, 7), new GELU(), new Dropout(0.2), new Linear(7, 3));
  const words = tensor([[0, 5], [3, 3], [1, 0], [4, 5], [2, 1]], { dtype: 'int32' }); // prettier-ignore
  const labels = tensor([0, 2, 1, 1, 0], { dtype: 'int32' });
  const optimizer = new Adam([table, ...model.parameters()], { lr: 0.05 });
  const losses: number[] = [];
  for (let epoch = 0; epoch < 5; epoch++) {
    optimizer.zeroGrad();
    const rows = table.indexSelect(0, words.reshape([10])).reshape([5, 10]);
    const loss = crossEntropyLoss(model.forward(rows), labels);
    loss.backward();
    await optimizer.step();
    losses.push(loss.itemSync());
  }
  return [...losses, ...table.dataSync()];
}

const names = ['gpu:cpu', 'gpu:webasm'];

describe.each(names)('training on %s', (name) => {
  beforeAll(async () => void (await device(name)));
  const largestGap = (a: readonly number[], b: readonly number[]) => Math.max(...a.map((x, i) => Math.abs(x - b[i])));

  it('a linear model by hand gives the numbers of the reference', () => {
    const expected = withDevice('reference', regression);
    const numbers = withDevice(name, regression);
    expect(largestGap(numbers, expected)).toBeLessThan(1e-6);
    expect(numbers[9]).toBeLessThan(numbers[0]);
  });

  it('layers, dropout and Adam give the numbers of the reference', async () => {
    await device('reference');
    const expected = await classifier();
    await device(name);
    const numbers = await classifier();
    expect(largestGap(numbers, expected)).toBeLessThan(1e-6);
    expect(numbers[4]).toBeLessThan(numbers[0]);
  });

  it('every kernel ran there', () => {
    expect((backendOf(name) as GpuBackend).fallbacks).toEqual([]);
  });
});
