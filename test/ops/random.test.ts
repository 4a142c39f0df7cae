import { beforeAll, describe, expect, it } from 'vitest';
import {
  device,
  manualSeed,
  rand,
  randn,
  randomState,
  setRandomState,
  tensor,
  Tensor,
  type TypedArray,
} from 'decograd';
import { input } from '../../src/expr/build';
import { threefry } from '../../src/expr/random';
import { map, mapSpec } from '../../src/ops/map';
import { devices } from './devices';
import { ulps } from './ulps';

type Words = readonly [number, number];

/** Threefry-2x32 with 20 rounds once more, on plain numbers, after the paper's definition. */
function threefryOf([k0, k1]: Words, [c0, c1]: Words): Words {
  const rotations = [13, 15, 26, 6, 17, 29, 16, 24];
  const keys = [k0, k1, k0 ^ k1 ^ 0x1bd11bda];
  let [x, y] = [(c0 + k0) | 0, (c1 + k1) | 0];
  for (let round = 0; round < 20; round++) {
    x = (x + y) | 0;
    const by = rotations[round % 8]!;
    y = ((y << by) | (y >>> (32 - by))) ^ x;
    if (round % 4 !== 3) continue;
    const group = (round + 1) / 4;
    x = (x + keys[group % 3]!) | 0;
    y = (y + keys[(group + 1) % 3]! + group) | 0;
  }
  return [x, y];
}

/** Known answers of Random123 (kat_vectors): key, counter, result. */
const knownAnswers: readonly (readonly [Words, Words, Words])[] = [
  [[0, 0], [0, 0], [0x6b200159, 0x99ba4efe]],
  [[-1, -1], [-1, -1], [0x1cb996fc, 0xbb002be7]],
  [[0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3], [0xc4923a9c, 0x483df7a0]],
]; // prettier-ignore

const int = (value: number) => tensor(Int32Array.of(value)).node;
const words = [0, 1].map((word) =>
  mapSpec(`threefry ${word}`, ['int32', 'int32', 'int32', 'int32'],
    threefry([input(0, 'int32'), input(1, 'int32')], [input(2, 'int32'), input(3, 'int32')])[word]!),
); // prettier-ignore

/** The bits of a draw from the seed's two words and the number of draws before it. */
const bitsOf = (seed: number, stream: number, size: number) =>
  Array.from({ length: size }, (_, i) => threefryOf([seed | 0, Math.floor(seed / 2 ** 32) | 0], [i, stream]));
const unit = (word: number) => (word >>> 8) * 2 ** -24;

const seeds = [0, 1, 2 ** 31, 2 ** 53 - 1, 123_456_789_012];

describe.each(devices)('random numbers on %s', (name) => {
  beforeAll(async () => void (await device(name)));

  it.each(knownAnswers)('threefry of key %j and counter %j', async (key, counter, wanted) => {
    expect(threefryOf(key, counter).map((word) => word >>> 0)).toEqual(wanted);
    for (const [i, spec] of words.entries()) {
      const result = new Tensor(map(spec, [...key, ...counter].map(int)));
      expect((await result.data())[0]! >>> 0).toBe(wanted[i]);
    }
  });

  it('uniforms are the bits of seed, draw and position', async () => {
    for (const seed of seeds) {
      manualSeed(seed);
      for (const stream of [0, 1]) {
        const wanted = bitsOf(seed, stream, 77).map(([word]) => unit(word));
        expect(Array.from(await rand([7, 11]).data())).toEqual(wanted);
      }
    }
  });

  it('normals are the same bits everywhere, within 2 ulp on a GPU, and those of Box and Muller', async () => {
    for (const seed of seeds) {
      const [reference, here] = [await normals('reference', seed), await normals(name, seed)];
      const allowed = name.startsWith('gpu') ? 2 : 0;
      here.forEach((x, i) => expect(ulps(x, reference[i]!)).toBeLessThanOrEqual(allowed));
      bitsOf(seed, 0, 301).forEach(([a, b], i) => {
        const exact = Math.sqrt(-2 * Math.log(1 - unit(a))) * Math.cos(2 * Math.PI * unit(b));
        expect(Math.abs(here[i]! - exact)).toBeLessThanOrEqual(3e-7 * Math.max(1, Math.abs(exact)));
      });
    }
  });

  it('a value is that of its place among the draws, whenever it is computed', async () => {
    manualSeed(5);
    const [a, b, c] = [rand([4]), randn([4]), rand([4])];
    const late = [await c.data(), await b.data(), await a.data()].reverse();
    manualSeed(5);
    const early = [await rand([4]).data(), await randn([4]).data(), await rand([4]).data()];
    expect(late).toEqual(early);
    expect(early[2]).not.toEqual(early[0]);
  });
});

describe('the global stream', () => {
  it('one seed gives the same numbers, another seed others', () => {
    const first = seeded(1);
    expect(seeded(1)).toEqual(first);
    expect(seeded(2)).not.toEqual(first);
    expect(seeded(2 ** 32 + 1)).not.toEqual(first);
  });

  it('goes on from a saved state', () => {
    manualSeed(3);
    rand([2]);
    const state = randomState();
    const next = rand([3]).dataSync();
    setRandomState(state);
    expect(rand([3]).dataSync()).toEqual(next);
  });

  it.each([-1, 0.5, NaN, 2 ** 53])('refuses the seed %d', (seed) => {
    expect(() => manualSeed(seed)).toThrow(
      `manualSeed: the seed must be a whole number from 0 to 2^53 - 1, not ${seed}`,
    );
  });
});

describe('distributions', () => {
  const count = 40_000;
  const draws = (make: () => Tensor) => {
    manualSeed(11);
    return Array.from(make().dataSync());
  };
  /** The mean of f over the draws is within five standard errors of what it should be. */
  const expectMean = (list: readonly number[], f: (x: number) => number, mean: number, deviation: number) => {
    const actual = list.reduce((sum, x) => sum + f(x), 0) / list.length;
    expect(Math.abs(actual - mean)).toBeLessThan((5 * deviation) / Math.sqrt(list.length));
  };

  it('uniforms have the moments of [0, 1), and fall evenly', () => {
    const list = draws(() => rand([count]));
    expect(list.every((x) => x >= 0 && x < 1)).toBe(true);
    expectMean(list, (x) => x, 1 / 2, Math.sqrt(1 / 12));
    expectMean(list, (x) => x * x, 1 / 3, Math.sqrt(4 / 45));
    const bins = new Array<number>(100).fill(0);
    for (const x of list) bins[Math.floor(x * 100)]!++;
    const chiSquare = bins.reduce((sum, n) => sum + (n - count / 100) ** 2 / (count / 100), 0);
    expect(Math.abs(chiSquare - 99)).toBeLessThan(5 * Math.sqrt(2 * 99));
  });

  it('normals have the moments of the standard normal, tails included', () => {
    const list = draws(() => randn([count]));
    expectMean(list, (x) => x, 0, 1);
    expectMean(list, (x) => x ** 2, 1, Math.sqrt(2));
    expectMean(list, (x) => x ** 3, 0, Math.sqrt(15));
    expectMean(list, (x) => x ** 4, 3, Math.sqrt(96));
    for (const [beyond, share] of [[1, 0.3173105], [2, 0.0455003], [3, 0.0026998]] as const)
      expectMean(list, (x) => Number(Math.abs(x) > beyond), share, Math.sqrt(share)); // prettier-ignore
  });

  it('neighbours, and draws after one another, do not depend on each other', () => {
    const list = draws(() => randn([count]));
    expectMean(list.slice(1).map((x, i) => x * list[i]!), (x) => x, 0, 1); // prettier-ignore
    const next = Array.from(randn([count]).dataSync());
    expectMean(next.map((x, i) => x * list[i]!), (x) => x, 0, 1); // prettier-ignore
  });
});

/** Makes the device the current one and draws there. */
async function normals(name: string, seed: number): Promise<TypedArray> {
  await device(name);
  manualSeed(seed);
  return randn([301]).data();
}

function seeded(seed: number): TypedArray {
  manualSeed(seed);
  return randn([16]).dataSync();
}
