import { beforeEach, describe, expect, it } from 'vitest';
import { concatenate, evaluate, manualSeed, randn, setThreads, stack, type Tensor } from 'decograd';

beforeEach(() => manualSeed(3));

/** How much goes through results and folds together, and in slices of 16 columns, which are folded column by column. */
const folds: Record<string, (x: Tensor) => Tensor> = {
  sum: (x) => x.sum(0),
  'mean of a product': (x) => x.mul(x).add(1).mean(0),
  max: (x) => x.max(0),
  min: (x) => x.min(0),
  prod: (x) => x.mul(0.1).add(1).prod(0),
  'sum of whole numbers': (x) => x.mul(10).int().sum(0).float(),
};
const bits = async (x: Tensor) => new Int32Array((await x.data()).buffer);

describe('a fold over rows adds up in the same order whether it goes by rows or by columns', () => {
  // one tile of results, several, with columns left over; one block of rows, several, with rows left over
  for (const [rows, columns] of [
    [300, 32],
    [130, 518],
    [64, 2100],
    [63, 700],
    [1025, 37],
  ] as const)
    // prettier-ignore
    for (const [name, fold] of Object.entries(folds))
      for (const threads of [1, 2])
        it(`${name}, ${rows} rows of ${columns}, threads: ${threads}`, async () => {
          setThreads(threads);
          const x = randn([rows, columns]);
          await evaluate(x);
          const whole = fold(x);
          const pieces: Tensor[] = [];
          for (let at = 0; at < columns; at += 16) {
            const piece = x.slice(1, at, Math.min(columns, at + 16)).add(0);
            await evaluate(piece);
            pieces.push(fold(piece));
          }
          expect(await bits(whole)).toEqual(await bits(concatenate(pieces, 0)));
          setThreads(1);
        });

  it('several folds and stores at once, for each of several matrices', async () => {
    const x = randn([3, 200, 96]);
    await evaluate(x);
    const [a, b, c] = [x.exp().sum(1), x.exp().mul(x).sum(1), x.exp()];
    await evaluate(a, b, c);
    const each: (readonly [Tensor, Tensor, Tensor])[] = [];
    for (let i = 0; i < 3; i++) {
      const rows = x.slice(0, i, i + 1).reshape([200, 96]).add(0); // prettier-ignore
      await evaluate(rows);
      const powers = rows.exp();
      await evaluate(powers);
      const products = powers.mul(rows);
      await evaluate(products);
      each.push([powers.sum(0), products.sum(0), powers]);
    }
    for (const [k, whole] of [a, b, c].entries())
      expect(await bits(whole)).toEqual(await bits(stack(each.map((one) => one[k]), 0))); // prettier-ignore
  });
});
