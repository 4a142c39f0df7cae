import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { device, embedding, IndexError, tensor, type Tensor } from 'decograd';
import { devices } from './devices';
import { choices, indices, position, shapes, sizeOf, values, type Pick } from './naive';

const floats = (shape: readonly number[]) =>
  tensor(new Float32Array(values(sizeOf(shape))), { shape, requiresGrad: true });
const whole = (shape: readonly number[], below: number, pick: Pick) => {
  const list = indices(shape).map(() => pick(below));
  return { list, index: tensor(new Int32Array(list), { shape }) };
};

/** A shape with something along `axis`, and one for an index that fits it off the axis. */
const indexed = fc.tuple(shapes(1, 3, 1), choices).map(([shape, { pick, toString }]) => {
  const axis = pick(shape.length);
  const sizes = shape.map((size, i) => (i === axis ? pick(5) : pick(size + 1)));
  return { shape, axis, sizes, pick, toString: () => `[${shape}] axis ${axis} index [${sizes}] ${toString()}` };
});

/** Where in a tensor of `shape` each element of the index points. */
function targets(shape: readonly number[], axis: number, sizes: readonly number[], list: readonly number[]): number[] {
  return indices(sizes).map((at, n) =>
    position(
      at.map((i, k) => (k === axis ? list[n]! : i)),
      shape,
    ),
  );
}

const sums = (start: readonly number[], at: readonly number[], terms: readonly number[]) => {
  const list = [...start];
  at.forEach((t, i) => (list[t]! += terms[i]!));
  return list.map((x) => x + 0);
};
const weigh = (y: Tensor) => {
  const weights = values(y.size).map((v) => v + 2);
  y.backward(tensor(new Float32Array(weights), { shape: y.shape }));
  return weights;
};
const read = async (x: Tensor) => [...(await x.data())].map((v) => v + 0);

describe.each(devices)('indexing on %s', (name) => {
  beforeAll(async () => void (await device(name)));

  it('gather reads, and its gradient adds, where the index points', async () => {
    await fc.assert(
      fc.asyncProperty(indexed, async ({ shape, axis, sizes, pick }) => {
        const { list, index } = whole(sizes, shape[axis]!, pick);
        const x = floats(shape);
        const y = x.gather(axis, index);
        const [at, weights] = [targets(shape, axis, sizes, list), weigh(y)];
        expect(y.shape).toEqual(sizes);
        expect(await read(y)).toEqual(at.map((t) => values(x.size)[t]));
        expect(await read(x.grad!)).toEqual(sums(new Array(x.size).fill(0), at, weights));
      }),
    );
  });

  it('scatterAdd adds, and its gradients read, where the index points', async () => {
    await fc.assert(
      fc.asyncProperty(indexed, async ({ shape, axis, sizes, pick }) => {
        const { list, index } = whole(sizes, shape[axis]!, pick);
        const [x, source] = [floats(shape), floats(sizes.map((size) => size + pick(2)))];
        const read0 = indices(sizes).map((i) => position(i, source.shape));
        const y = x.scatterAdd(axis, index, source);
        const [at, weights] = [targets(shape, axis, sizes, list), weigh(y)];
        const added = read0.map((p) => values(source.size)[p]!);
        expect(await read(y)).toEqual(sums(values(x.size), at, added));
        expect(await read(x.grad!)).toEqual(weights);
        const wanted = sums(new Array(source.size).fill(0), read0, at.map((t) => weights[t]!)); // prettier-ignore
        expect(await read(source.grad!)).toEqual(wanted);
      }),
    );
  });

  it('indexSelect, embedding and oneHot are gathers of whole slices', async () => {
    await fc.assert(
      fc.asyncProperty(indexed, async ({ shape, axis, pick }) => {
        const { list, index } = whole([pick(5)], shape[axis]!, pick);
        const rows = (x: number[]) => list.flatMap((i) => x.slice(i * 3, i * 3 + 3));
        const table = floats([shape[axis]!, 3]);
        const picked = floats(shape).indexSelect(axis, index);
        const sizes = shape.map((size, i) => (i === axis ? list.length : size));
        const at = targets(shape, axis, sizes, indices(sizes).map((i) => list[i[axis]!]!)); // prettier-ignore
        expect(await read(picked)).toEqual(at.map((t) => values(sizeOf(shape))[t]));
        expect(await read(embedding(index, table))).toEqual(rows(values(table.size)));
        const identity = table.shape[0]!;
        const hot = list.flatMap((i) => Array.from({ length: identity }, (_, k) => Number(k === i)));
        expect(await read(index.oneHot(identity))).toEqual(hot);
      }),
      { numRuns: 50 },
    );
  });

  it('an index out of range is an error that names the operation and the range', async () => {
    const x = floats([3, 4]);
    const bad = tensor([0, 3], { dtype: 'int32' });
    expect(() => x.indexSelect(0, bad)).toThrow(
      new IndexError('indexSelect: index 3 is out of range; allowed are 0 to 2'),
    );
    expect(() => x.gather(1, tensor([[-1]], { dtype: 'int32' }))).toThrow('gather: index -1 is out of range');
    expect(() => embedding(bad, x)).toThrow('embedding: index 3 is out of range');
    expect(() => bad.oneHot(3)).toThrow('oneHot: index 3 is out of range');
    const computed = bad.add(0);
    const late = {
      indexSelect: x.indexSelect(0, computed),
      embedding: embedding(computed, x),
      gather: x.select(1, 0).gather(0, computed),
      oneHot: computed.oneHot(3),
    };
    for (const [op, y] of Object.entries(late))
      await expect(y.data()).rejects.toThrow(`${op}: index 3 is out of range; allowed are 0 to 2`);
    await expect(x.scatterAdd(0, computed.reshape([2, 1]), x).data()).rejects.toThrow(IndexError);
  });
});
