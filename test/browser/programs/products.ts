import { Conv2d, device, manualSeed, noGrad, tensor, type Tensor } from '../../../src';

/** Numbers from -1 to 1 without an order that a wrong place could hide in, the same on every device. */
function numbers(shape: number[]): Tensor {
  const values = Float32Array.from(
    { length: shape.reduce((a, b) => a * b) },
    (_, i) => (Math.imul(i + 1, 0x9e3779b1) % 1009) / 1009,
  );
  return tensor(values).reshape(shape);
}

/** Products of so many results that a thread has several of them where rows allow that: 4, 2, 1. */
const products: Readonly<Record<string, () => Tensor>> = {
  'rows of 4 n': () => numbers([130, 33]).matmul(numbers([33, 508])),
  'rows of 2 n': () => numbers([130, 36]).matmul(numbers([36, 510])),
  'odd rows': () => numbers([130, 36]).matmul(numbers([36, 511])),
  'results for two a thread': () => numbers([128, 7]).matmul(numbers([7, 256])),
  'both turned': () =>
    numbers([64, 200])
      .transpose()
      .matmul(numbers([400, 64]).transpose()),
  'a batch': () => numbers([5, 100, 41]).matmul(numbers([5, 41, 140])),
  'one factor for the batch': () => numbers([100, 12]).matmul(numbers([5, 12, 140])),
  'from the middle': () =>
    numbers([200, 90])
      .slice(0, 3, 183)
      .slice(1, 7, 79)
      .matmul(numbers([80, 500]).slice(0, 1, 73).slice(1, 20, 484)),
  'columns backwards': () => numbers([200, 20]).matmul(numbers([20, 400]).flip(1)),
  'a depth of one': () => numbers([256, 1]).matmul(numbers([1, 256])),
  convolution: () => new Conv2d(3, 8, 3, { padding: 1 }).forward(numbers([8, 3, 32, 32])),
  'convolution with steps': () => new Conv2d(3, 16, 5, { stride: 2 }).forward(numbers([16, 3, 35, 35])),
};

/** The greatest deviation from wasm, as a share of max(1, |value|), by product. */
export async function productDeviations(name: string): Promise<Record<string, number>> {
  const wanted = await computed('wasm');
  const found = await computed(name);
  return Object.fromEntries(Object.keys(products).map((product, k) => [product, deviation(found[k], wanted[k])]));
}

async function computed(name: string): Promise<ArrayLike<number>[]> {
  await device(name);
  const values: ArrayLike<number>[] = [];
  for (const compute of Object.values(products)) {
    manualSeed(1);
    values.push(await noGrad(compute).data());
  }
  return values;
}

function deviation(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  const all = Array.from(wanted, (value, i) => Math.abs(found[i] - value) / Math.max(1, Math.abs(value)));
  return all.reduce((most, one) => Math.max(most, one), 0);
}
