import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  collate,
  DataLoader,
  paddedCollate,
  padSequence,
  paddingMask,
  ShapeError,
  tensor,
  ValueError,
  zeros,
  type Dataset,
  type Tensor,
} from 'decograd';
import fixtures from '../fixtures/data.json';

const made = ([shape, values]: readonly unknown[]) => tensor(Float32Array.from(values as number[]), { shape: shape as number[] }); // prettier-ignore

describe('collate', () => {
  it("joins what PyTorch's default_collate joins, to the same values", async () => {
    const samples = [0, 1, 2].map((i) => ({ x: tensor([i, 2 * i]), y: i, z: [i / 2, tensor(i)] }));
    const batch = collate(samples) as { x: Tensor; y: Tensor; z: Tensor[] };
    const { x, y, z } = fixtures.collated;
    expect([await batch.x.toArray(), await batch.y.toArray()]).toEqual([x, y]);
    expect(await Promise.all(batch.z.map((part) => part.toArray()))).toEqual(z);
  });

  it('gives the same for values at hand and for results of operations, dtypes kept', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.boolean()), { minLength: 1, maxLength: 6 }), async (rows) => {
        const plain = rows.map(([x, b]) => [tensor([x, x + 1], { dtype: 'int32' }), tensor([b]), tensor([x / 2])]);
        const computed = plain.map(([i, b, f]) => [i!.add(0), b!.logicalNot().logicalNot(), f!.mul(1)]);
        const [one, two] = [collate(plain), collate(computed)] as [Tensor[], Tensor[]];
        for (const [k, t] of one.entries()) {
          expect([t.dtype, t.shape, await t.toArray()]).toEqual([two[k]!.dtype, two[k]!.shape, await two[k]!.toArray()]);
        }
        expect(one.map((t) => t.dtype)).toEqual(['int32', 'bool', 'float32']);
      }),
      { numRuns: 30 },
    )); // prettier-ignore

  it('keeps whole numbers past int32 as float32', () => {
    expect((collate([2 ** 31, 1]) as Tensor).dtype).toBe('float32');
  });
});

describe('padding', () => {
  it("is that of PyTorch's pad_sequence", () => {
    for (const { tensors, value, padded } of fixtures.padding) {
      const all = padSequence(tensors.map(made), { value });
      expect(all.shape).toEqual(padded[0]);
      expect(all.dataSync()).toEqual(Float32Array.from(padded[1]!));
    }
  });

  const samples = [[1, 2, 3], [4], [5, 6]].map((tokens, i) => [tensor(tokens, { dtype: 'int32' }), i]);
  const dataset: Dataset<any> = { length: 3, get: (i) => samples[i] };
  const padded = [[1, 2, 3], [4, 0, 0], [5, 6, 0]]; // prettier-ignore
  const batch = (options?: object) =>
    [...new DataLoader(dataset, { batchSize: 3, collate: paddedCollate(options) })][0];

  it('as a collate function, with lengths or a mask where they are asked for', async () => {
    const [x, y] = batch();
    expect([x.dtype, await x.toArray(), await y.toArray()]).toEqual(['int32', padded, [0, 1, 2]]);
    const [[tokens, lengths]] = batch({ lengths: 0, value: -1 });
    expect([(await tokens.toArray())[1], lengths.dtype, await lengths.toArray()]).toEqual([
      [4, -1, -1],
      'int32',
      [3, 1, 2],
    ]);
    const [[, both, mask]] = batch({ lengths: 0, mask: 0 });
    expect([await both.toArray(), mask.dtype]).toEqual([[3, 1, 2], 'bool']);
    expect(await mask.toArray()).toEqual(await paddingMask([3, 1, 2]).toArray());
    expect((await mask.toArray())[2]).toEqual([1, 1, 0]);
  });

  it('with a value for each place, by position or by name', async () => {
    const named = paddedCollate({ value: { y: -100 }, mask: 'x' });
    const row = (n: number) => ({ x: zeros([n]).add(1), y: zeros([n]), z: tensor(n) });
    const { x, y, z } = named([row(1), row(2)]);
    expect(await Promise.all([...x, y, z].map((t: Tensor) => t.toArray()))).toEqual([
      [[1, 0], [1, 1]],
      [[1, 0], [1, 1]],
      [[0, -100], [0, 0]],
      [1, 2],
    ]); // prettier-ignore
  });
});

describe('refused', () => {
  const uneven: Dataset<any> = { length: 9, get: (i) => [zeros([i < 7 ? 2 : 3]), i] };
  const rows: [string, () => unknown, typeof ValueError | typeof ShapeError, RegExp][] = [
    ['unequal shapes: index, shapes and remedy', () => [...new DataLoader(uneven, { batchSize: 4, sampler: { indices: () => [3, 8, 1] } })], ShapeError, /must have one shape at 0, but sample 3 has \[2\] and sample 8 \[3\]; collate: paddedCollate\(\) pads them/],
    ['unequal shapes of a stream', () => [...new DataLoader([1, 2, 3, 4].map((n) => zeros([n === 4 ? 1 : 2])), { batchSize: 2 })], ShapeError, /sample 2 has \[2\] and sample 3 \[1\]/],
    ['a tensor among numbers', () => collate([1, tensor(1)]), ValueError, /sample 0 of the batch has a number, sample 1 of the batch has a tensor/],
    ['a number among tensors', () => collate([[tensor(1)], [1]]), ValueError, /has a tensor at 0, sample 1 of the batch has number/],
    ['lists of other lengths', () => collate([[1], [1, 2]]), ValueError, /has a list of 1, sample 1 of the batch a list of 2/],
    ['objects of other keys', () => collate([{ a: 1 }, { b: 1 }]), ValueError, /has an object of a, sample 1 of the batch an object of b/],
    ['text', () => collate(['a']), ValueError, /samples of type string/],
    ['typed arrays, which are objects of numbers', () => collate([[Float32Array.of(1, 2), 0]]), ValueError, /samples of type Float32Array at 0; make a tensor of it/],
    ['promises', () => [...new DataLoader({ length: 2, get: async () => tensor(1) })], ValueError, /samples of type Promise; get\(index\) cannot be asynchronous/],
    ['maps, which have no fields', () => collate([{ a: new Map([[1, 2]]) }]), ValueError, /samples of type Map at a; give tensors/],
    ['nothing', () => collate([{ a: null }]), ValueError, /samples of type null at a; give tensors/],
    ['padding of other sizes', () => padSequence([zeros([1, 2]), zeros([1, 3])]), ShapeError, /differ in their first size alone, but tensor 0 is float32 \[1, 2\] and tensor 1 float32 \[1, 3\]/],
    ['padding of scalars and lists', () => padSequence([zeros([1]), zeros([])]), ShapeError, /tensor 1 float32 \[\]/],
    ['padding of other dtypes', () => padSequence([zeros([1]), zeros([1], { dtype: 'int32' })]), ShapeError, /tensor 1 int32 \[1\]/],
    ['padding of nothing', () => padSequence([]), ValueError, /at least one/],
    ['padding with no number', () => paddedCollate({ value: { 1: NaN } }), ValueError, /value must be a finite number, not NaN/],
    ['a place that is not there', () => paddedCollate({ lengths: 2 })([[zeros([1]), 0]]), ValueError, /samples have no place 2; they have 0, 1/],
    ['a place of a tensor', () => paddedCollate({ mask: 0 })([zeros([1])]), ValueError, /a sample is no list or object/],
    ['other names', () => paddedCollate({ length: 0 } as object), ValueError, /did you mean 'lengths'/],
  ]; // prettier-ignore
  it.each(rows)('%s', (_, attempt, kind, message) => {
    expect(attempt).toThrow(kind);
    expect(attempt).toThrow(message);
  });
});
