import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BatchSampler,
  BucketBatchSampler,
  DataLoader,
  IndexError,
  RandomSampler,
  randomNumbers,
  SequentialSampler,
  StratifiedSampler,
  tensor,
  ValueError,
  WeightedRandomSampler,
  type BatchedSampler,
  type Dataset,
  type Sampler,
} from 'decograd';
import fixtures from '../fixtures/data.json';
import { threefry } from '../../src/data/random-numbers';

const draw = (seed: number, epoch = 0) => ({ epoch, key: [seed, epoch] });
const whole = (n: number): Dataset<any> => ({ length: n, get: (i) => i });
const sorted = (values: Iterable<number>) => [...values].sort((a, b) => a - b);
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);
const listed = (sampler: BatchedSampler, seed: number) =>
  Array.from(sampler.batches(draw(seed)), (batch) => Array.from(batch));

/** Pearson's statistic of counts against what is expected. */
const chiSquare = (counts: readonly number[], expected: readonly number[]) =>
  counts.reduce((sum, count, i) => sum + (expected[i] === 0 ? 0 : (count - expected[i]!) ** 2 / expected[i]!), 0);

describe('random numbers', () => {
  it('are those of Random123, whose known answers these are', () => {
    const words = (x: readonly number[]) => x.map((word) => (word >>> 0).toString(16).padStart(8, '0'));
    expect(words(threefry([0, 0], [0, 0]))).toEqual(['6b200159', '99ba4efe']);
    expect(words(threefry([-1, -1], [-1, -1]))).toEqual(['1cb996fc', 'bb002be7']);
    expect(words(threefry([0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3]))).toEqual(['c4923a9c', '483df7a0']);
  });

  it('are uniform, and other streams for other keys', () => {
    const keys = [[], [0], [0, 0], [1], [2 ** 32], [-1], [1, 0], [0, 1]];
    const firsts = keys.map((key) => randomNumbers(key)());
    expect(new Set(firsts).size).toBe(keys.length);
    const counts = Array<number>(20).fill(0);
    for (let i = 0; i < 2000; i++) {
      const random = randomNumbers([7, i]);
      for (let k = 0; k < 10; k++) counts[Math.floor(random() * 20)]!++;
    }
    expect(chiSquare(counts, Array<number>(20).fill(1000))).toBeLessThan(44); // 19 degrees of freedom, one in 1,000
  });
});

describe('samplers', () => {
  it('sequential: first to last', () => {
    expect([...new SequentialSampler(whole(4)).indices()]).toEqual([0, 1, 2, 3]);
  });

  it('random: all once; in rounds; with replacement', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 100 }),
        fc.nat(),
        (n, numSamples, seed) => {
          expect(sorted(new RandomSampler(whole(n)).indices(draw(seed)))).toEqual(upTo(n));
          const rounds = [...new RandomSampler(whole(n), { numSamples }).indices(draw(seed))];
          expect(rounds.length).toBe(numSamples);
          for (let start = 0; start + n <= numSamples; start += n)
            expect(sorted(rounds.slice(start, start + n))).toEqual(upTo(n));
          expect(new Set(rounds.slice(0, n)).size).toBe(Math.min(n, numSamples));
          const again = new RandomSampler(whole(n), { numSamples, replacement: true });
          const drawn = [...again.indices(draw(seed))];
          expect(drawn.length).toBe(numSamples);
          expect(drawn.every((i) => i >= 0 && i < n)).toBe(true);
          expect([...again.indices(draw(seed))]).toEqual(drawn);
        },
      ),
      { numRuns: 60 },
    ));

  it('random with replacement: every sample equally often', () => {
    const counts = Array<number>(10).fill(0);
    const sampler = new RandomSampler(whole(10), { replacement: true, numSamples: 20000 });
    for (const i of sampler.indices(draw(5))) counts[i]!++;
    expect(chiSquare(counts, Array<number>(10).fill(2000))).toBeLessThan(27.9); // 9 degrees of freedom, one in 1,000
  });

  it('weighted with replacement: in proportion to the weights', () => {
    const weights = [1, 4, 0, 2, 8, 0.5];
    const counts = weights.map(() => 0);
    for (const i of new WeightedRandomSampler(weights, 31000).indices(draw(2))) counts[i]!++;
    expect(counts[2]).toBe(0);
    expect(
      chiSquare(
        counts,
        weights.map((w) => w * 2000),
      ),
    ).toBeLessThan(18.5); // 4 degrees of freedom, one in 1,000
  });

  it("weighted without replacement: included as often as PyTorch's multinomial does", () => {
    const { weights, count, inclusion } = fixtures.weighted;
    const sampler = new WeightedRandomSampler(tensor(weights), count, { replacement: false });
    const runs = 20000;
    const counts = weights.map(() => 0);
    for (let seed = 0; seed < runs; seed++) {
      const drawn = [...sampler.indices(draw(seed))];
      expect(new Set(drawn).size).toBe(count);
      for (const i of drawn) counts[i]!++;
    }
    counts.forEach((n, i) => {
      const chance = inclusion[i]!;
      expect(Math.abs(n - runs * chance)).toBeLessThanOrEqual(4 * Math.sqrt(runs * chance * (1 - chance)));
    });
  });

  it('weighted without replacement: all of them come where all are asked for', () =>
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1e-12, max: 1e12, noNaN: true }), { minLength: 1, maxLength: 40 }), fc.nat(), (weights, seed) => {
        const sampler = new WeightedRandomSampler(weights, weights.length, { replacement: false });
        expect(sorted(sampler.indices(draw(seed)))).toEqual(upTo(weights.length));
      }),
    )); // prettier-ignore

  it('stratified: all once, and every beginning keeps the shares to within one', () =>
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 120 }), fc.nat(), (labels, seed) => {
        const order = [...new StratifiedSampler(labels).indices(draw(seed))];
        expect(sorted(order)).toEqual(upTo(labels.length));
        for (const label of new Set(labels)) {
          const share = labels.filter((other) => other === label).length / labels.length;
          let seen = 0;
          order.forEach((index, i) => {
            if (labels[index] === label) seen++;
            expect(Math.abs(seen - (i + 1) * share)).toBeLessThan(1 + 1e-9);
          });
        }
      }),
    )); // prettier-ignore

  it('stratified: which sample of a class comes where is random', () => {
    const labels = [0, 0, 0, 0, 1, 1];
    const counts = Array<number>(4).fill(0);
    for (let seed = 0; seed < 4000; seed++)
      counts[[...new StratifiedSampler(labels).indices(draw(seed))].find((i) => i < 4)!]!++;
    expect(chiSquare(counts, Array<number>(4).fill(1000))).toBeLessThan(16.3); // 3 degrees of freedom, one in 1,000
  });

  it("batches: as PyTorch's BatchSampler", () => {
    for (const { total, batchSize, dropLast, batches } of fixtures.batches) {
      const sampler = new BatchSampler(new SequentialSampler(whole(total)), { batchSize, dropLast });
      expect(listed(sampler, 0)).toEqual(batches);
      expect(sampler.length).toBe(batches.length);
    }
  });

  it('buckets: all once; neighbours in length; another order each epoch', () =>
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 80 }), fc.integer({ min: 1, max: 9 }), fc.boolean(), fc.nat(), (lengths, batchSize, dropLast, seed) => {
        const sampler = new BucketBatchSampler(lengths, { batchSize, dropLast });
        const batches = listed(sampler, seed);
        expect(batches.length).toBe(sampler.length);
        const all = batches.flat();
        expect(new Set(all).size).toBe(all.length);
        expect(all.length).toBe(dropLast ? batchSize * sampler.length : lengths.length);
        // One bucket holds them all: batches do not overlap in length.
        const ranges = batches.map((batch) => batch.map((i) => lengths[i]!)).map((of) => [Math.min(...of), Math.max(...of)]);
        ranges.sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
        for (let i = 1; i < ranges.length; i++) expect(ranges[i - 1]![1]).toBeLessThanOrEqual(ranges[i]![0]!);
        expect(listed(sampler, seed)).toEqual(batches);
      }),
      { numRuns: 60 },
    )); // prettier-ignore

  it('buckets of few batches are random among each other; without shuffle shortest comes first', () => {
    const lengths = upTo(64).map((i) => (i * 37) % 64);
    const spread = (batchesPerBucket: number) =>
      listed(new BucketBatchSampler(lengths, { batchSize: 4, batchesPerBucket }), 1)
        .map((batch) => Math.max(...batch.map((i) => lengths[i]!)) - Math.min(...batch.map((i) => lengths[i]!)))
        .reduce((a, b) => a + b);
    expect(spread(16)).toBe(48);
    expect(spread(2)).toBeGreaterThan(48);
    expect(spread(1)).toBeGreaterThan(spread(2));
    const inOrder = listed(new BucketBatchSampler(lengths, { batchSize: 4, shuffle: false }), 1).flat();
    expect(inOrder.map((i) => lengths[i])).toEqual(upTo(64));
    const sampler = new BucketBatchSampler(lengths, { batchSize: 4 });
    expect(listed(sampler, 1)).not.toEqual(listed(sampler, 2));
  });

  it('samplers of one own, of unknown length too', () => {
    const evens: Sampler = { *indices () { for (let i = 0; i < 10; i += 2) yield i; } }; // prettier-ignore
    const loader = new DataLoader(whole(10), { sampler: evens, batchSize: 2, collate: (x) => x });
    expect(loader.length).toBeUndefined();
    expect([...loader]).toEqual([[0, 2], [4, 6], [8]]);
    const pairs: BatchedSampler = { length: 1, batches: ({ epoch }) => [[epoch, 9]] };
    const batched = new DataLoader(whole(10), { batchSampler: pairs, collate: (x) => x });
    expect([[...batched], [...batched], batched.length]).toEqual([[[0, 9]], [[1, 9]], 1]);
  });
});

describe('refused', () => {
  const giving = (index: unknown): Sampler => ({ length: 1, indices: () => [index as number] });
  const rows: [string, () => unknown, typeof ValueError | typeof IndexError, RegExp][] = [
    ['negative weights', () => new WeightedRandomSampler([1, -2], 1), ValueError, /at least 0; weights\[1\] is -2/],
    ['weights that are no numbers', () => new WeightedRandomSampler([NaN], 1), ValueError, /weights\[0\] is NaN/],
    ['infinite weights', () => new WeightedRandomSampler([Infinity], 1), ValueError, /finite numbers.*is Infinity/],
    ['weights without a sum', () => new WeightedRandomSampler([1e308, 1e308], 1), ValueError, /sum of the weights is not finite/],
    ['weights all 0', () => new WeightedRandomSampler([0, 0], 1), ValueError, /no weight is above 0/],
    ['no weights', () => new WeightedRandomSampler([], 1), ValueError, /no weight is above 0/],
    ['too many without replacement', () => new WeightedRandomSampler([1, 0, 1], 3, { replacement: false }), ValueError, /numSamples must be at most 2 without replacement.*not 3/],
    ['no samples', () => new WeightedRandomSampler([1], 0), ValueError, /numSamples must be a whole number of at least 1, not 0/],
    ['weights of another length', () => new DataLoader(whole(3), { sampler: new WeightedRandomSampler([1, 1], 2) }), ValueError, /made for 2 samples, the dataset has 3/],
    ['labels of another length', () => new DataLoader(whole(3), { sampler: new StratifiedSampler([1, 1]) }), ValueError, /made for 2 samples, the dataset has 3/],
    ['lengths of another length', () => new DataLoader(whole(3), { batchSampler: new BucketBatchSampler([1], { batchSize: 1 }) }), ValueError, /made for 1 samples/],
    ['no labels', () => new StratifiedSampler([]), ValueError, /there are no labels/],
    ['a negative length', () => new BucketBatchSampler([1, -1], { batchSize: 1 }), ValueError, /lengths\[1\] is -1/],
    ['no lengths', () => new BucketBatchSampler([], { batchSize: 1 }), ValueError, /there are no lengths/],
    ['PyTorch spelling', () => new RandomSampler(whole(3), { num_samples: 3 } as object), ValueError, /did you mean 'numSamples'/],
    ['a sampler of nothing', () => new RandomSampler(3 as never), ValueError, /RandomSampler: give what is sampled.*not 3/],
    ['rounds of nothing, which would never end', () => [...new RandomSampler(whole(0), { numSamples: 2 }).indices({ epoch: 0, key: [1] })], ValueError, /RandomSampler: there are no samples/],
    ['no batch size', () => new BatchSampler(giving(0), {} as never), ValueError, /batchSize must be a whole number of at least 1, not undefined/],
    ['what is no sampler', () => new DataLoader(whole(3), { sampler: [1] as never }), ValueError, /sampler must have indices\(draw\)/],
    ['what is no batch sampler', () => new DataLoader(whole(3), { batchSampler: [1] as never }), ValueError, /batchSampler must have batches\(draw\)/],
    ['sampler and shuffle', () => new DataLoader(whole(3), { sampler: giving(0), shuffle: true }), ValueError, /shuffle has no effect/],
    ['batchSampler and batchSize', () => new DataLoader(whole(3), { batchSampler: { batches: () => [] }, batchSize: 2 }), ValueError, /batchSize has no effect/],
    ['batchSampler and sampler', () => new DataLoader(whole(3), { batchSampler: { batches: () => [] }, sampler: giving(0) }), ValueError, /sampler has no effect/],
    ['a sampler of a stream', () => new DataLoader([1], { sampler: giving(0) }), ValueError, /no order to sample/],
    ['an index past the end', () => [...new DataLoader(whole(3), { sampler: giving(3) })], IndexError, /gave index 3; the dataset has samples 0 to 2/],
    ['a negative index', () => [...new DataLoader(whole(3), { sampler: giving(-1) })], IndexError, /gave index -1/],
    ['half an index', () => [...new DataLoader(whole(3), { sampler: giving(0.5) })], IndexError, /gave index 0.5/],
    ['no index', () => [...new DataLoader(whole(3), { sampler: giving(undefined) })], IndexError, /gave index undefined/],
    ['an empty batch', () => [...new DataLoader(whole(3), { batchSampler: { batches: () => [[]] } })], ValueError, /a batch without samples/],
  ]; // prettier-ignore
  it.each(rows)('%s', (_, attempt, kind, message) => {
    expect(attempt).toThrow(kind);
    expect(attempt).toThrow(message);
  });
});
