import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { device, sub, tensor, where } from 'decograd';
import { devices } from './devices';
import { indices, position, shapes, sizeOf, values } from './naive';

/** A shape, and two that broadcast to it: each without some leading axes, and of size 1 along others. */
const broadcasting = shapes(0, 4).chain((shape) => {
  const part = fc
    .tuple(fc.nat(shape.length), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }))
    .map(([cut, ones]) => shape.map((size, i) => (ones[i] ? 1 : size)).slice(cut));
  return fc.tuple(part, part);
});

const union = (a: readonly number[], b: readonly number[]) =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, i, n = Math.max(a.length, b.length)) => {
    const [x, y] = [a[a.length - n + i] ?? 1, b[b.length - n + i] ?? 1];
    return x === 1 ? y : x;
  });

/** For every element of `shape`, the position of what it reads in an operand of shape `dims`. */
const readsOf = (dims: readonly number[], shape: readonly number[]) =>
  indices(shape).map((index) =>
    position(
      index.slice(shape.length - dims.length).map((i, axis) => (dims[axis] === 1 ? 0 : i)),
      dims,
    ),
  );

const make = (shape: readonly number[], shift: number, requiresGrad = true) =>
  tensor(new Float32Array(values(sizeOf(shape)).map((x) => x + shift)), { shape, requiresGrad });

/** Every contribution to each of `size` elements, summed. */
function summed(size: number, reads: readonly number[], terms: readonly number[]): number[] {
  const sums = new Array<number>(size).fill(0);
  reads.forEach((at, i) => (sums[at]! += terms[i]!));
  return sums;
}

describe.each(devices)('broadcasting on %s', (name) => {
  beforeAll(async () => void (await device(name)));

  it('values are read, and gradients summed back, as the definition says', async () => {
    await fc.assert(
      fc.asyncProperty(broadcasting, async ([left, right]) => {
        const [a, b] = [make(left, 0), make(right, 3)];
        const y = sub(a, b);
        expect(y.shape).toEqual(union(left, right));
        const [fromA, fromB] = [readsOf(left, y.shape), readsOf(right, y.shape)];
        const weights = values(y.size);
        y.backward(tensor(new Float32Array(weights), { shape: y.shape }));
        const [x, z] = [values(a.size), values(b.size).map((v) => v + 3)];
        expect([...(await y.data())]).toEqual(fromA.map((at, i) => x[at]! - z[fromB[i]!]!));
        expect([...(await a.grad!.data())].map((g) => g + 0)).toEqual(summed(a.size, fromA, weights));
        expect([...(await b.grad!.data())].map((g) => 0 - g)).toEqual(summed(b.size, fromB, weights));
      }),
    );
  });

  it('three operands broadcast together', async () => {
    await fc.assert(
      fc.asyncProperty(broadcasting, shapes(0, 1, 2), async ([left, right], lead) => {
        const shape = [...lead, ...union(left, right)];
        const condition = make(shape, 0, false).gt(0);
        const y = where(condition, make(left, 0), make(right, 3));
        const [fromA, fromB] = [readsOf(left, shape), readsOf(right, shape)];
        const [x, z] = [values(sizeOf(left)), values(sizeOf(right)).map((v) => v + 3)];
        const wanted = values(sizeOf(shape)).map((v, i) => (v > 0 ? x[fromA[i]!]! : z[fromB[i]!]!));
        expect([...(await y.data())]).toEqual(wanted);
      }),
      { numRuns: 50 },
    );
  });
});

it('shapes that do not broadcast are an error that names the operation and both', () => {
  fc.assert(
    fc.property(shapes(1, 3, 2), fc.nat(2), (shape, at) => {
      const axis = at % shape.length;
      const other = shape.map((size, i) => (i === axis ? size + 1 : size));
      expect(() => make(shape, 0).mul(make(other, 0))).toThrow(
        `mul: shapes [${shape.join(', ')}] and [${other.join(', ')}] do not broadcast: ${shape[axis]} is not ${shape[axis]! + 1}`,
      );
    }),
  );
});
