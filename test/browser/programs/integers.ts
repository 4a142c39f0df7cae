import { device, tensor, type Tensor } from '../../../src';

/** Of all sizes, the extremes included. */
const numbers = (seed: number) => Int32Array.from({ length: 64 }, (_, i) => (Math.imul(i + seed, 0x9e3779b1) ^ (i << 27)) >> i % 20); // prettier-ignore
const extremes = Int32Array.of(-(2 ** 31), 2 ** 31 - 1, -1, 0);

/** Chains of one operation, which stand in one kernel, and folds of what is computed. */
const chains: Readonly<Record<string, (a: Tensor, b: Tensor) => Tensor>> = {
  'sums of sums': (a, b) => a.add(b).add(a).sub(b.add(7)).add(a),
  'products of products': (a, b) => a.mul(b).mul(a.mul(3)).mul(b),
  'extremes of extremes': (a, b) =>
    a
      .maximum(b)
      .maximum(a.neg())
      .minimum(b.minimum(a.add(5))),
  'magnitudes of differences': (a, b) => a.sub(b.abs()).abs().sub(a.abs()).abs(),
  'a sum of sums': (a, b) => a.add(b).add(a).sum(),
  'a product of products': (a, b) => a.mul(b).add(1).mul(a).prod(),
  'a maximum of maxima': (a, b) => a.maximum(b).maximum(a.add(b)).max(),
};

/** What each chain gives on the reference and on the device. */
export async function integers(name: string) {
  const [wanted, found] = [await computed('reference'), await computed(name)];
  return { wanted, found };
}

async function computed(where: string) {
  await device(where);
  const results: Record<string, number[]> = {};
  for (const [title, chain] of Object.entries(chains)) {
    const [a, b] = [1, 2].map((seed) => tensor(Int32Array.of(...extremes, ...numbers(seed))));
    results[title] = [...(await chain(a, b).data())];
  }
  return results;
}
