import { device, tensor, withDevice, type Tensor } from 'decograd';
import { expect, test } from 'vitest';
import * as ops from '../../src/ops';
import { wrap } from '../../src/tensor/wrap';

const filled = (...shape: number[]): Tensor => {
  const values = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => ((i * 7) % 5) - 1.5);
  return tensor(values, { shape, dtype: 'float32' });
};
const lists: readonly (readonly [string, () => Tensor[]])[] = [
  ['one number', () => [filled()]],
  ['one element in two axes', () => [filled(1, 1), filled(3)]],
  ['nothing and something', () => [filled(0, 3), filled(2)]],
  ['views in other orders', () => [filled(3, 4).transpose(0, 1), filled(5).flip(0), filled(1).expand([6])]],
  ['more than a kernel reads', () => Array.from({ length: 70 }, (_, i) => filled(i % 4, 2))],
  ['as many as a kernel reads', () => Array.from({ length: 8 }, () => filled(2))],
  ['so many that the sum is divided', () => [filled(300, 256), filled(3)]],
];

test.each(
  ['reference64', 'wasm', 'gpu:cpu'].flatMap((name) => lists.map(([title, make]) => [name, title, make] as const)),
)('on %s: %s', async (name, _, make) => {
  await device(name);
  const tensors = withDevice(name, make);
  const sum = wrap(ops.total(tensors.map(({ node }) => node)));
  const parts = await Promise.all(tensors.map((x) => x.sum().item()));
  expect([sum.shape, sum.device]).toEqual([[], name]);
  expect(await sum.item()).toBeCloseTo(
    parts.reduce((a, b) => a + b, 0),
    3,
  );
});

test('is finite only where everything is', async () => {
  for (const wrong of [NaN, Infinity, -Infinity]) {
    const list = [filled(3), tensor([1, wrong, -wrong]), filled(2, 2)];
    expect(Number.isFinite(await wrap(ops.total(list.map(({ node }) => node))).item())).toBe(false);
  }
});
