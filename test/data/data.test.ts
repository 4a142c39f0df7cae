import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arange,
  DataLoader,
  idxTensor,
  IndexError,
  manualSeed,
  readIdx,
  ShapeError,
  tensor,
  TensorDataset,
  ValueError,
  type Tensor,
} from 'decograd';

const dataset = (n = 10) =>
  new TensorDataset(
    arange(n * 2)
      .reshape([n, 2])
      .float(),
    arange(n),
  );
const labels = (loader: Iterable<readonly Tensor[]>) => [...loader].map(([, y]) => [...y!.dataSync()]);

describe('TensorDataset', () => {
  it('gives slices and batches of them, dtypes kept', async () => {
    const [x, y] = dataset().get(3) as [Tensor, Tensor];
    expect([await x.toArray(), await y.toArray(), y.dtype]).toEqual([[6, 7], 3, 'int32']);
    const [xs, ys] = dataset().batch([9, 0]) as [Tensor, Tensor];
    expect([await xs.toArray(), await ys.toArray()]).toEqual([
      [
        [18, 19],
        [0, 1],
      ],
      [9, 0],
    ]);
  });
  it('refuses what does not fit', () => {
    expect(() => new TensorDataset()).toThrow(ValueError);
    expect(() => new TensorDataset(tensor([1, 2]), tensor([1]))).toThrow(ShapeError);
    expect(() => new TensorDataset(tensor(1))).toThrow(ShapeError);
    expect(() => dataset().get(10)).toThrow(IndexError);
  });
});

describe('DataLoader', () => {
  it('splits in order, the last batch as it comes, or dropped', () => {
    expect(labels(new DataLoader(dataset(5), { batchSize: 2 }))).toEqual([[0, 1], [2, 3], [4]]);
    const dropping = new DataLoader(dataset(5), { batchSize: 2, dropLast: true });
    expect(labels(dropping)).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(dropping.length).toBe(2);
  });

  it('shuffles: every sample once, another order each epoch, the same for the same seed', () =>
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 60 }), fc.integer({ min: 1, max: 9 }), fc.nat(), (n, batchSize, seed) => {
        const [one, two] = [0, 1].map(() => new DataLoader(dataset(n), { batchSize, shuffle: true, seed }));
        const epochs = [labels(one!), labels(one!)].map((epoch) => epoch.flat());
        expect([...epochs[0]!].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
        expect(epochs[0]).not.toEqual(epochs[1]);
        expect(labels(two!).flat()).toEqual(epochs[0]);
      }),
      { numRuns: 30 },
    ));

  it('puts every sample at every place equally often', () => {
    const counts = Array.from({ length: 6 }, () => Array<number>(6).fill(0));
    const loader = new DataLoader(dataset(6), { batchSize: 6, shuffle: true, seed: 5 });
    for (let epoch = 0; epoch < 3000; epoch++) labels(loader)[0]!.forEach((sample, place) => counts[place]![sample]!++);
    const chiSquare = counts.flat().reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0);
    expect(chiSquare).toBeLessThan(60); // 25 degrees of freedom: above 60 once in 10,000 seeds
  });

  it('follows manualSeed where it has no seed of its own', () => {
    const order = () => {
      manualSeed(4);
      return labels(new DataLoader(dataset(20), { batchSize: 20, shuffle: true }));
    };
    expect(order()).toEqual(order());
  });

  it('streams samples, and joins objects, lists and numbers', async () => {
    function* samples() {
      for (let i = 0; i < 5; i++) yield { x: tensor([i, i]), y: i, z: [i / 2] };
    }
    const batches = [...new DataLoader(samples() as Iterable<any>, { batchSize: 3 })];
    expect(batches.length).toBe(2);
    expect(await batches[0].x.toArray()).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
    expect([batches[1].y.dtype, await batches[1].y.toArray(), await batches[1].z[0].toArray()]).toEqual([
      'int32',
      [3, 4],
      [1.5, 2],
    ]);
  });

  it('takes any object with length and get', async () => {
    const squares = { length: 4, get: (i: number) => [tensor([i]), i * i] as [Tensor, any] };
    const [[x, y]] = [...new DataLoader<[Tensor, any]>(squares, { batchSize: 4 })] as [[Tensor, Tensor]];
    expect([x.shape, await y.toArray()]).toEqual([
      [4, 1],
      [0, 1, 4, 9],
    ]);
  });

  const rows: [string, () => unknown, RegExp][] = [
    [
      'an empty dataset',
      () => new DataLoader(new TensorDataset(tensor([]))),
      /dataset is empty; give at least one sample/,
    ],
    [
      'batch size 0',
      () => new DataLoader(dataset(), { batchSize: 0 }),
      /batchSize must be a whole number of at least 1, not 0/,
    ],
    [
      'a batch size by position',
      () => new DataLoader(dataset(), 32 as never),
      /DataLoader: options are one object with any of batchSize, shuffle.*; not 32/,
    ],
    [
      "PyTorch's spelling",
      () => new DataLoader(dataset(), { batch_size: 32 } as object),
      /there is no option 'batch_size'; did you mean 'batchSize'/,
    ],
    ['half a batch', () => new DataLoader(dataset(), { batchSize: 1.5 }), /not 1.5/],
    [
      'shuffling a stream',
      () => new DataLoader([1, 2].values(), { shuffle: true }),
      /no order to shuffle; give a dataset/,
    ],
    [
      'dropping everything',
      () => new DataLoader(dataset(3), { batchSize: 4, dropLast: true }),
      /leaves nothing of 3 samples/,
    ],
    ['samples it cannot join', () => [...new DataLoader(['a'], {})], /give tensors, numbers/],
  ];
  for (const [what, attempt, message] of rows)
    it(`refuses ${what}`, () => {
      expect(attempt).toThrow(ValueError);
      expect(attempt).toThrow(message);
    });
});

describe('IDX files', () => {
  const file = (type: number, shape: number[], body: number[]) =>
    Uint8Array.from([0, 0, type, shape.length, ...shape.flatMap((dim) => [0, 0, dim >> 8, dim & 255]), ...body]);

  it('reads bytes and wider numbers', () => {
    expect(readIdx(file(8, [2, 2], [0, 1, 128, 255]))).toEqual({
      shape: [2, 2],
      values: Uint8Array.from([0, 1, 128, 255]),
    });
    expect([...readIdx(file(11, [2], [1, 0, 255, 255])).values]).toEqual([256, -1]);
    expect([...readIdx(file(12, [1], [0, 1, 0, 0])).values]).toEqual([65536]);
    expect([...readIdx(file(13, [1], [0x3f, 0xc0, 0, 0])).values]).toEqual([1.5]);
  });
  it('becomes a tensor, scaled or as it is', () => {
    expect(idxTensor(file(8, [2], [0, 255]), { scale: 255 }).dataSync()).toEqual(Float32Array.from([0, 1]));
    expect(idxTensor(file(8, [2], [0, 255])).dtype).toBe('int32');
  });
  it('refuses other and damaged files', () => {
    expect(() => readIdx(Uint8Array.from([0x1f, 0x8b, 8, 0]))).toThrow(/still compressed/);
    expect(() => readIdx(file(8, [3], [1, 2]))).toThrow(/\[3\] needs 11 bytes, the file has 10/);
    expect(() => readIdx(file(8, [3, 4], []).slice(0, 9))).toThrow(/within its header/);
  });
});
