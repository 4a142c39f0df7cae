import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdaptiveMaxPool2d, device, MaxPool1d, MaxPool2d, Parameter, tensor, type Tensor } from 'decograd';

// what PyTorch 2.13 gives: NaN is larger than all, of several the last counts, of equal numbers the first
const rows = [
  { x: [1, NaN, 3, 2], y: NaN, gradient: [0, 1, 0, 0], ofThree: [NaN, NaN], theirs: [0, 2, 0, 0] },
  { x: [NaN, 1, NaN, 0], y: NaN, gradient: [0, 0, 1, 0], ofThree: [NaN, NaN], theirs: [0, 0, 2, 0] },
  { x: [2, 2, 1, 2], y: 2, gradient: [1, 0, 0, 0], ofThree: [2, 2], theirs: [1, 1, 0, 0] },
  { x: [-Infinity, -Infinity, -Infinity, -Infinity], y: -Infinity, gradient: [1, 0, 0, 0], ofThree: [-Infinity, -Infinity], theirs: [1, 1, 0, 0] },
  { x: [-0, 0, -0, 0], y: -0, gradient: [1, 0, 0, 0], ofThree: [-0, 0], theirs: [1, 1, 0, 0] },
  { x: [Infinity, NaN, Infinity, 1], y: NaN, gradient: [0, 1, 0, 0], ofThree: [NaN, NaN], theirs: [0, 2, 0, 0] },
  { x: [1, 2, 3, NaN], y: NaN, gradient: [0, 0, 0, 1], ofThree: [3, NaN], theirs: [0, 0, 1, 1] },
]; // prettier-ignore

const pools = [
  ['MaxPool1d(4)', [1, 4], (x: Tensor) => new MaxPool1d(4).forward(x as never)],
  ['MaxPool2d(2)', [1, 2, 2], (x: Tensor) => new MaxPool2d(2).forward(x as never)],
  ['AdaptiveMaxPool2d(1)', [1, 2, 2], (x: Tensor) => new AdaptiveMaxPool2d(1).forward(x as never)],
] as const;

describe.each(['wasm', 'reference'])('the largest of a window on %s', (name) => {
  beforeAll(() => device(name));
  afterAll(() => device('wasm'));

  async function pooled(pool: (x: Tensor) => Tensor, values: readonly number[], shape: readonly number[]) {
    const x = new Parameter(tensor(Float32Array.from(values), { shape: [1, ...shape] }));
    const y = pool(x);
    y.sum().backward();
    return { y: [...(await y.data())], gradient: [...(await x.grad!.data())] };
  }

  it.each(pools)('is chosen by %s as PyTorch does', async (_, shape, pool) => {
    for (const { x, y, gradient } of rows) expect(await pooled(pool, x, shape)).toEqual({ y: [y], gradient });
  });

  it('is chosen in windows that overlap', async () => {
    const pool = (x: Tensor) => new MaxPool1d(3, { stride: 1 }).forward(x as never) as Tensor;
    for (const { x, ofThree, theirs } of rows)
      expect(await pooled(pool, x, [1, 4])).toEqual({ y: ofThree, gradient: theirs });
  });
});
