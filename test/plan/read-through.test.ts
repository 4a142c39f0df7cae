import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { concatenate, device, evaluate, explain, manualSeed, randn, type Tensor } from 'decograd';

beforeEach(() => manualSeed(7));
afterAll(() => device('wasm'));

const bits = async (x: Tensor) => new Int32Array((await x.data()).buffer);

/** A factor as a view that no strides can say, from a tensor of these dims. */
interface Case {
  readonly name: string;
  readonly dims: readonly number[];
  readonly view: (x: Tensor) => Tensor;
  /** Whether the copy must stay. */
  readonly isCopied?: boolean;
}
const patches = (x: Tensor, size: number, step = 1) => {
  const all = x.unfold(2, size, step).unfold(3, size, step); // [n, c, y, x, size, size]
  const [n, c, h, w] = all.shape as unknown as [number, number, number, number];
  return all.permute([0, 1, 4, 5, 2, 3]).reshape([n, c * size * size, h * w]);
};
const cases: readonly Case[] = [
  { name: 'heads side by side', dims: [3, 4, 8, 6], view: (x) => x.transpose(1, 2).reshape([24, 24]) },
  { name: 'the same as columns', dims: [3, 4, 8, 6], view: (x) => x.transpose(1, 2).reshape([24, 24]).transpose() },
  { name: 'patches, in a batch', dims: [2, 3, 7, 9], view: (x) => patches(x, 3) },
  { name: 'patches two apart', dims: [2, 3, 11, 11], view: (x) => patches(x, 3, 2) },
  { name: 'narrow patches', dims: [2, 5, 4, 4], view: (x) => patches(x, 2) },
  { name: 'patches of all images', dims: [4, 2, 6, 8], view: (x) => x.unfold(2, 3, 1).unfold(3, 3, 1).permute([1, 4, 5, 0, 2, 3]).reshape([18, 96]) },
  { name: 'some columns of a copy', dims: [4, 6, 10], view: (x) => x.transpose(0, 1).reshape([6, 40]).slice(1, 10, 30) },
  { name: 'some rows of a copy', dims: [4, 6, 10], view: (x) => x.transpose(0, 1).reshape([24, 10]).slice(0, 4, 16) },
  { name: 'columns that begin within an axis', dims: [4, 6, 10], view: (x) => x.transpose(0, 1).reshape([6, 40]).slice(1, 5, 35), isCopied: true }, // prettier-ignore
  { name: 'every other column', dims: [4, 6, 10], view: (x) => x.transpose(0, 1).reshape([6, 40]).slice(1, 0, 40, 2) },
  { name: 'every third column', dims: [4, 6, 10], view: (x) => x.transpose(0, 1).reshape([6, 40]).slice(1, 0, 40, 3), isCopied: true }, // prettier-ignore
  { name: 'groups of channels', dims: [2, 6, 5, 5], view: (x) => patches(x, 2).reshape([2, 2, 12, 16]) },
]; // prettier-ignore

for (const name of ['wasm', 'reference', 'gpu:cpu'])
  describe(`a product reads through a copy and gives the same numbers on ${name}`, () => {
    beforeEach(async () => void (await device(name)));

    for (const { name: what, dims, view, isCopied = false } of cases)
      for (const side of ['left', 'right'] as const)
        it(`${what}, on the ${side}`, async () => {
          const x = randn([...dims]);
          const seen = view(x);
          const [height, width] = [seen.shape.at(-2)!, seen.shape.at(-1)!];
          const other = side === 'left' ? randn([width, 5]) : randn([9, height]);
          await evaluate(x, other);
          const product = (factor: Tensor) => (side === 'left' ? factor.matmul(other) : other.matmul(factor));
          const copy = view(x).add(0);
          await evaluate(copy);
          const wanted = await bits(product(copy));
          expect(await bits(product(seen))).toEqual(wanted);
          const { kernels } = await explain(() => product(view(x)).dataSync(), { runs: 1 });
          expect(kernels.map(({ kind }) => kind)).toEqual(isCopied ? ['map', 'matmul'] : ['matmul']);
        });

    it('both factors, summed over axes that one of them has in pieces', async () => {
      const [x, y] = [randn([4, 3, 5, 6]), randn([5, 4, 18])];
      await evaluate(x, y);
      const a = () => x.transpose(1, 2).reshape([20, 18]); // [4, 5] by [3, 6]
      const b = () => y.transpose(0, 1).reshape([20, 18]); // [4, 5] by [18]
      const product = () => a().transpose().matmul(b());
      const [p, q] = [a().add(0), b().add(0)];
      await evaluate(p, q);
      expect(await bits(product())).toEqual(await bits(p.transpose().matmul(q)));
      const { kernels } = await explain(() => product().dataSync(), { runs: 1 });
      expect(kernels.map(({ kind }) => kind)).toEqual(['matmul']);
    });

    it('a copy that somebody else reads stays, and is read', async () => {
      const [x, w] = [randn([3, 4, 5]), randn([12, 7])];
      await evaluate(x, w);
      const run = () => {
        const copy = x.transpose(0, 2).reshape([5, 12]);
        return concatenate([copy.matmul(w).reshape([35]), copy.exp().reshape([60])], 0);
      };
      const copy = x.transpose(0, 2).reshape([5, 12]).add(0);
      await evaluate(copy);
      const wanted = concatenate([copy.matmul(w).reshape([35]), copy.exp().reshape([60])], 0);
      expect(await bits(run())).toEqual(await bits(wanted));
    });
  });
