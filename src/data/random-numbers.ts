import { nextKey } from '../core/random';

type Words = readonly [number, number];

const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

/**
 * Threefry-2x32 with 20 rounds on two plain numbers: `expr/random.ts` is the same for kernels.
 * Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011
 */
export function threefry(key: Words, counter: Words): Words {
  const schedule = [key[0], key[1], key[0] ^ key[1] ^ 0x1bd11bda];
  let x = (counter[0] + schedule[0]) | 0;
  let y = (counter[1] + schedule[1]) | 0;
  for (let group = 0; group < 5; group++) {
    for (const bits of rotations[group % 2]) {
      x = (x + y) | 0;
      y = ((y << bits) | (y >>> (32 - bits))) ^ x;
    }
    x = (x + schedule[(group + 1) % 3]) | 0;
    y = (y + schedule[(group + 2) % 3] + group + 1) | 0;
  }
  return [x, y];
}

/** Both halves of a whole number up to 2^53. */
const halves = (word: number): Words => [word | 0, Math.floor(word / 2 ** 32) | 0];

/**
 * A stream of numbers from 0 to below 1 that the words of the key alone decide: other words, another stream. For samplers
 * and datasets of your own: take the epoch's key, and add what else the stream belongs to.
 * @example
 * const random = randomNumbers([...draw.key, index]);
 * random(); // the same at every run with this seed, in this epoch, for this sample
 */
export function randomNumbers(key: readonly number[]): () => number {
  const folded = key.reduce<Words>((state, word) => threefry(state, halves(word)), [key.length, 0]);
  let count = 0;
  return () => {
    const [high, low] = threefry(folded, halves(count++));
    return ((high >>> 0) * 2 ** 21 + (low >>> 11)) / 2 ** 53;
  };
}

/** The same for the next draw of the global random stream. */
export function globalNumbers(): () => number {
  return randomNumbers(globalKey());
}

/** The words of the next draw of the global random stream. */
export function globalKey(): readonly number[] {
  const { low, high, stream } = nextKey();
  return [low, high, stream];
}

/** The words of a seed. */
export function seedKey(seed: number): readonly number[] {
  return [seed | 0, Math.floor(seed / 2 ** 32)];
}
