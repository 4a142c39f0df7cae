import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arange,
  ConcatDataset,
  DataLoader,
  IndexError,
  IterableDataset,
  manualSeed,
  MapDataset,
  randomSplit,
  Subset,
  tensor,
  TensorDataset,
  trainValidationSplit,
  ValueError,
  type Dataset,
} from 'decograd';
import fixtures from '../fixtures/data.json';

const whole = (n: number): Dataset<number> => ({ length: n, get: (i) => i });
const all = <T>(dataset: Dataset<T>): T[] => Array.from({ length: dataset.length }, (_, i) => dataset.get(i));
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);
const ascending = (values: number[]) => values.sort((a, b) => a - b);

describe('Subset and ConcatDataset', () => {
  it('give the samples asked for, in batches too', async () => {
    const dataset = new TensorDataset(arange(10));
    const subset = new Subset(dataset, [7, 7, 2]);
    expect(await Promise.all(all(subset).map(([x]) => x!.item()))).toEqual([7, 7, 2]);
    const [batch] = [...new DataLoader(subset, { batchSize: 3 })];
    expect(await batch![0]!.toArray()).toEqual([7, 7, 2]);
    expect(new Subset(whole(3), [1]).batch).toBeUndefined();
    const joined = new ConcatDataset([whole(2), new Subset(whole(9), [5]), whole(1)]);
    expect([joined.length, all(joined)]).toEqual([4, [0, 1, 5, 0]]);
  });
  it('TensorDataset takes tensors alone', () => {
    expect(() => new TensorDataset(arange(3), [1, 2, 3] as never)).toThrow('TensorDataset: argument 1 is [1, 2, 3], no tensor; tensor(values) makes one'); // prettier-ignore
  });
  it('the same place of two joined datasets draws different numbers', () => {
    const random = new MapDataset(whole(1), (_, draw) => draw.random());
    const [a, b] = all(new ConcatDataset([random, random]));
    expect(a).not.toBe(b);
  });
});

describe('MapDataset', () => {
  const random = (seed?: number) => new MapDataset(whole(20), (x, draw) => [x, draw.random(), draw.random()], { seed });
  const drawsOf = (loader: DataLoader<any>): Map<number, number[]> =>
    new Map([...loader].flat().map(([x, ...numbers]) => [x, numbers]));

  it('draws depend on seed, epoch and sample, not on order or batches', () =>
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 7 }), (seed, batchSize) => {
        const collate = (x: any[]) => x as any;
        const inOrder = new DataLoader(random(), { seed, collate });
        const shuffled = new DataLoader(random(), { seed, collate, batchSize, shuffle: true });
        const epochs = [0, 1].map(() => {
          const draws = drawsOf(shuffled);
          expect(draws).toEqual(drawsOf(inOrder));
          return [...draws.values()].flat();
        });
        expect(new Set(epochs.flat()).size).toBe(80); // two numbers each of 20 samples in two epochs
      }),
      { numRuns: 30 },
    ));

  it('maps of maps, and maps with other seeds, draw other numbers', () => {
    const twice = new MapDataset(random(), ([, first], draw) => [first, draw.random()]);
    for (const [inner, outer] of all(twice)) expect(inner).not.toBe(outer);
    expect(random(1).get(0)).toEqual(random(1).get(0));
    expect(random(1).get(0)).not.toEqual(random(2).get(0));
  });

  it('follows manualSeed where the loader has no seed', () => {
    const run = (seed: number) => {
      manualSeed(seed);
      return [...new DataLoader(random(), { collate: (x) => x as any })];
    };
    expect(run(4)).toEqual(run(4));
    expect(run(4)).not.toEqual(run(5));
  });
});

describe('IterableDataset', () => {
  it('starts anew every epoch, is told which it is, and maps', async () => {
    const started = new IterableDataset(function* ({ epoch }) {
      yield* [1, 2, 3].map((x) => x + 10 * epoch);
    });
    const loader = new DataLoader<any>(
      started.map((x, { index }) => [x, index]),
      { batchSize: 2, collate: (x) => x },
    );
    expect([...loader]).toEqual([[[1, 0], [2, 1]], [[3, 2]]]); // prettier-ignore
    const second: unknown[] = [];
    for await (const batch of loader) second.push(batch);
    expect(second).toEqual([[[11, 0], [12, 1]], [[13, 2]]]); // prettier-ignore
    const plain: number[] = [];
    for await (const x of started) plain.push(x);
    expect(plain).toEqual([1, 2, 3]);
  });

  it('may be asynchronous, which a plain for cannot wait for; the source is closed when the loop is left', async () => {
    let closed = 0;
    const source = new IterableDataset(async function* () {
      try {
        for (let i = 0; ; i++) yield await Promise.resolve(tensor([i]));
      } finally {
        closed++;
      }
    });
    const loader = new DataLoader(source, { batchSize: 2 });
    expect(() => [...loader]).toThrow(/arrive asynchronously; write for await/);
    for await (const batch of loader) {
      expect(await batch.toArray()).toEqual([[0], [1]]);
      break;
    }
    expect(closed).toBe(1);
  });
});

describe('splits', () => {
  it("have the lengths of PyTorch's random_split, and no sample twice", () => {
    for (const { total, lengths, counts } of fixtures.splits) {
      const parts = randomSplit(whole(total), lengths, { seed: 1 });
      expect(parts.map((part) => part.length)).toEqual(counts);
      expect(ascending(parts.flatMap(all))).toEqual(upTo(total));
    }
  });
  it("have the sizes of scikit-learn's train_test_split", () => {
    for (const { total, share, counts } of fixtures.validations.plain) {
      const parts = trainValidationSplit(whole(total), { validation: share, seed: 1 });
      expect(parts.map((part) => part.length)).toEqual(counts);
      expect(ascending(parts.flatMap(all))).toEqual(upTo(total));
    }
  });
  it('keep the shares of classes where labels are given, as scikit-learn does', () => {
    const { labels, share, classes } = fixtures.validations.stratified;
    const [train, validation] = trainValidationSplit(whole(labels.length), {
      validation: share,
      seed: 3,
      stratify: labels,
    });
    const counts = classes.map((_, c) => all(validation).filter((i) => labels[i] === c).length);
    counts.forEach((count, c) => expect(Math.abs(count - classes[c]!)).toBeLessThan(1));
    expect(ascending([train, validation].flatMap(all))).toEqual(upTo(labels.length));
  });
  it('follow the seed, or manualSeed', () => {
    const split = (seed?: number) => randomSplit(whole(50), [0.5, 0.5], { seed }).map(all);
    expect(split(1)).toEqual(split(1));
    expect(split(1)).not.toEqual(split(2));
    const globally = (seed: number) => {
      manualSeed(seed);
      return [split(), split()];
    };
    expect(globally(1)).toEqual(globally(1));
    expect(globally(1)[0]).not.toEqual(globally(1)[1]);
  });
});

describe('refused', () => {
  let length = 5;
  const shrinking: Dataset<any> = { get length() { return length; }, get: (i) => { length = 3; return i; } }; // prettier-ignore
  const rows: [string, () => unknown, typeof ValueError | typeof IndexError, RegExp][] = [
    ['an index that is not there', () => new Subset(whole(3), [3]), IndexError, /Subset: there is no sample 3; allowed are 0 to 2/],
    ['a sample past a subset', () => new Subset(whole(3), [1]).get(1), IndexError, /allowed are 0 to 0/],
    ['a sample past the last dataset', () => new ConcatDataset([whole(2), whole(1)]).get(3), IndexError, /no sample 3/],
    ['no datasets', () => new ConcatDataset([]), ValueError, /at least one dataset/],
    ['what is no dataset', () => new ConcatDataset([3 as never]), ValueError, /3 has not/],
    ['a map that is no function', () => new MapDataset(whole(1), 3 as never), ValueError, /must be a function of \(sample, draw\), not 3/],
    ['a map of a stream that is none', () => new IterableDataset(() => []).map(3 as never), ValueError, /IterableDataset.map: the map/],
    ['a negative seed', () => new MapDataset(whole(1), (x) => x, { seed: -1 }), ValueError, /seed must be .* not -1/],
    ['an option of another', () => new MapDataset(whole(1), (x) => x, { sed: 1 } as object), ValueError, /did you mean 'seed'/],
    ['a stream that was started already', () => new IterableDataset([1] as never), ValueError, /a function that starts the samples/],
    ['a start that gives nothing', () => [...new DataLoader(new IterableDataset(() => undefined as never))], ValueError, /returned undefined, which cannot be iterated/],
    ['lengths of another sum', () => randomSplit(whole(5), [2, 2]), ValueError, /add up to the dataset's 5, or fractions .* not \[2, 2\]/],
    ['no lengths', () => randomSplit(whole(5), []), ValueError, /not \[\]/],
    ['negative lengths', () => randomSplit(whole(5), [6, -1]), ValueError, /not \[6, -1\]/],
    ['fractions of another sum', () => randomSplit(whole(5), [0.5, 0.4]), ValueError, /fractions that add up to 1/],
    ['nothing left to train with', () => trainValidationSplit(whole(5), { validation: 0.9 }), ValueError, /validation 0.9 leaves nothing of 5/],
    ['a share of 0', () => trainValidationSplit(whole(5), { validation: 0 }), ValueError, /validation must be a number above 0, not 0/],
    ['labels of another length', () => trainValidationSplit(whole(5), { stratify: [1, 2] }), ValueError, /stratify has 2 labels for 5 samples/],
    ['a dataset that shrinks', () => [...new DataLoader(shrinking)], ValueError, /had 5 samples when the epoch began and has 3 now/],
    ['data that is none', () => new DataLoader(3 as never), ValueError, /dataset with length and get\(index\), or samples to iterate, not 3/],
    ['a collate that is no function', () => new DataLoader(whole(3), { collate: 3 as never }), ValueError, /collate must be a function of samples, not 3/],
  ]; // prettier-ignore
  it.each(rows)('%s', (_, attempt, kind, message) => {
    length = 5;
    expect(attempt).toThrow(kind);
    length = 5;
    expect(attempt).toThrow(message);
  });
});
