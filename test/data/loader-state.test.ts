import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BucketBatchSampler,
  DataLoader,
  IterableDataset,
  MapDataset,
  manualSeed,
  RandomSampler,
  randomState,
  setRandomState,
  StateError,
  StratifiedSampler,
  WeightedRandomSampler,
  type Dataset,
  type DataLoaderOptions,
  type DataLoaderState,
} from 'decograd';

type Loader = DataLoader<any>;
interface Case {
  readonly n: number;
  readonly batchSize: number;
  readonly dropLast: boolean;
  readonly seed: number;
}

const whole = (n: number): Dataset<number> => ({ length: n, get: (i) => i });
const asList: DataLoaderOptions<any> = { collate: (samples) => samples };
const labelsOf = (n: number) => Array.from({ length: n }, (_, i) => i % 3);

/** Loaders of all kinds; each call makes another one that is alike. */
const kinds: Record<string, (c: Case) => Loader> = {
  'in order': ({ n, batchSize, dropLast }) => new DataLoader(whole(n), { ...asList, batchSize, dropLast }),
  shuffled: ({ n, seed, ...rest }) => new DataLoader(whole(n), { ...asList, ...rest, seed, shuffle: true }),
  'shuffled by the global stream': ({ n, batchSize, dropLast }) =>
    new DataLoader(whole(n), { ...asList, batchSize, dropLast, shuffle: true }),
  'with random transforms': ({ n, seed, ...rest }) =>
    new DataLoader(new MapDataset(whole(n), (x, draw) => [x, draw.random(), draw.epoch]), { ...asList, ...rest, seed, shuffle: true }), // prettier-ignore
  'with random transforms in order, by the global seed': ({ n, batchSize }) =>
    new DataLoader(new MapDataset(whole(n), (x, draw) => [x, draw.random()]), { ...asList, batchSize }),
  'with replacement': ({ n, seed, ...rest }) =>
    new DataLoader(whole(n), { ...asList, ...rest, seed, sampler: new RandomSampler(whole(n), { replacement: true }) }),
  'in rounds': ({ n, seed, ...rest }) =>
    new DataLoader(whole(n), { ...asList, ...rest, seed, sampler: new RandomSampler(whole(n), { numSamples: 2 * n + 1 }) }), // prettier-ignore
  weighted: ({ n, seed, ...rest }) =>
    new DataLoader(whole(n), { ...asList, ...rest, seed, sampler: new WeightedRandomSampler(labelsOf(n).map((x) => x + 1), n) }), // prettier-ignore
  stratified: ({ n, batchSize, dropLast }) =>
    new DataLoader(whole(n), { ...asList, batchSize, dropLast, sampler: new StratifiedSampler(labelsOf(n)) }),
  'in buckets': ({ n, seed, ...rest }) =>
    new DataLoader(whole(n), { ...asList, seed, batchSampler: new BucketBatchSampler(labelsOf(n), { ...rest, batchesPerBucket: 2 }) }), // prettier-ignore
  streamed: ({ n, batchSize, dropLast, seed }) =>
    new DataLoader(new IterableDataset(() => labelsOf(n)).map((x, draw) => [x, draw.index, draw.random()]), { ...asList, batchSize, dropLast, seed }), // prettier-ignore
  'streamed as it arrives': ({ n, batchSize, dropLast, seed }) =>
    new DataLoader(new IterableDataset(arriving(n)), { ...asList, batchSize, dropLast, seed }),
};
const arriving = (n: number) =>
  async function* ({ epoch }: { epoch: number }) {
    for (let i = 0; i < n; i++) yield await Promise.resolve(i + 1000 * epoch);
  };

async function epochOf(loader: Loader, atMost = Infinity): Promise<unknown[]> {
  const batches: unknown[] = [];
  if (atMost === 0) return batches;
  for await (const batch of loader) if (batches.push(batch) === atMost) break;
  return batches;
}

const cases = fc.record({
  n: fc.integer({ min: 6, max: 25 }),
  batchSize: fc.integer({ min: 1, max: 6 }),
  dropLast: fc.boolean(),
  seed: fc.maxSafeNat(),
});

describe('a run resumes in the middle of an epoch', () => {
  it.each(Object.keys(kinds))('%s', (kind) =>
    fc.assert(
      fc.asyncProperty(cases, fc.nat(2), fc.nat(26), async (c, epochs, stop) => {
        const all: unknown[][] = [];
        manualSeed(c.seed);
        const straight = kinds[kind]!(c);
        for (let i = 0; i < epochs + 3; i++) all.push(await epochOf(straight));

        manualSeed(c.seed);
        const stopped = kinds[kind]!(c);
        for (let i = 0; i < epochs; i++) await epochOf(stopped);
        const given = (await epochOf(stopped, stop)).length;
        const saved = JSON.stringify([stopped.stateDict(), randomState()]);

        manualSeed(c.seed + (c.seed > 0 ? -1 : 1));
        await epochOf(kinds[kind]!(c)); // draws that another part of another process may have made
        const resumed = kinds[kind]!(c);
        const [state, random] = JSON.parse(saved) as [DataLoaderState, ReturnType<typeof randomState>];
        resumed.loadStateDict(state);
        setRandomState(random);
        const isWhole = given < stop; // the loop came to its end by itself
        if (!isWhole) expect(await epochOf(resumed)).toEqual(all[epochs]!.slice(given));
        expect(await epochOf(resumed)).toEqual(all[epochs + 1]);
        expect(await epochOf(resumed)).toEqual(all[epochs + 2]);
      }),
      { numRuns: 40 },
    ),
  );

  it('the state of a restored loader is the state it was given', () =>
    fc.assert(
      fc.asyncProperty(cases, fc.nat(5), async (c, stop) => {
        const loader = kinds['shuffled']!(c);
        await epochOf(loader, stop);
        const again = kinds['shuffled']!({ ...c, seed: 0 });
        again.loadStateDict(loader.stateDict());
        expect(again.stateDict()).toEqual(loader.stateDict());
      }),
      { numRuns: 30 },
    ));

  it('a loop that is left begins the next epoch at its next start, as before', async () => {
    const [left, straight] = [0, 1].map(
      () => new DataLoader(whole(9), { ...asList, shuffle: true, seed: 3 }) as Loader,
    );
    await epochOf(left!, 2);
    await epochOf(straight!);
    expect(await epochOf(left!)).toEqual(await epochOf(straight!));
  });

  it('of two loops at once the one begun last counts', () => {
    const loader = new DataLoader(whole(4), { ...asList, shuffle: true, seed: 3 }) as Loader;
    const first = loader[Symbol.iterator]();
    first.next();
    const second = loader[Symbol.iterator]();
    second.next();
    [...{ [Symbol.iterator]: () => first }];
    expect(loader.stateDict()).toMatchObject({ epoch: 1, batches: 1 });
  });

  it('an order takes one draw of the global stream an epoch, none where there is no order', () => {
    manualSeed(1);
    [...kinds['in order']!({ n: 9, batchSize: 2, dropLast: false, seed: 0 })];
    expect(randomState().stream).toBe(0);
    const loader = kinds['shuffled by the global stream']!({ n: 9, batchSize: 2, dropLast: false, seed: 0 });
    [...loader, ...loader];
    expect(randomState().stream).toBe(2);
  });
});

describe('loadStateDict refuses', () => {
  const loader = () => new DataLoader(whole(10), { ...asList, batchSize: 2, shuffle: true, seed: 1 });
  const good = loader().stateDict();
  const rows: [string, unknown, RegExp][] = [
    ['nothing', null, /a state is what stateDict\(\) gave, not null/],
    ['an empty object', {}, /epoch must be a whole number of at least 0, not undefined/],
    ['a negative count', { ...good, batches: -1 }, /batches must be a whole number of at least 0, not -1/],
    ['half a seed', { ...good, seed: 0.5 }, /seed must be a whole number of at least 0 or null, not 0\.5/],
    ['a key of text', { ...good, key: ['a'] }, /key must be a list of whole numbers or null/],
    ['another dataset', { ...good, samples: 11 }, /with samples 11, this one has 10; make it as that one was/],
    ['another batch size', { ...good, batchSize: 5 }, /with batchSize 5, this one has 2/],
  ];
  it.each(rows)('%s, and stays as it was', (_, state, message) => {
    const mine = loader();
    expect(() => mine.loadStateDict(state as DataLoaderState)).toThrow(StateError);
    expect(() => mine.loadStateDict(state as DataLoaderState)).toThrow(message);
    expect(mine.stateDict()).toEqual(good);
  });
});
