import type { Random } from '../../steps/fuzz/random';

/** Numbers at which lengths, counts and places go wrong. */
const edges = [0, 1, 2, 127, 128, 255, 256, 65535, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1];

type Damage = (bytes: Uint8Array, random: Random) => Uint8Array;

const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
const at = (bytes: Uint8Array, random: Random) => random.below(bytes.length + 1);

/** One byte changed. */
const flip: Damage = (bytes, random) => {
  const copy = bytes.slice();
  if (copy.length > 0) copy[random.below(copy.length)]! ^= 1 + random.below(255);
  return copy;
};

export const damages = {
  flip,
  cut: (bytes, random) => bytes.slice(0, random.below(bytes.length)),
  tail: (bytes, random) => joined(bytes, new Uint8Array(1 + random.below(40)).fill(random.below(256))),
  flips: (bytes, random) => {
    let copy = bytes;
    for (let n = 1 + random.below(8); n > 0; n--) copy = flip(copy, random);
    return copy;
  },
  /** A length, count or place that lies. */
  forged: (bytes, random) => {
    const copy = bytes.slice();
    const size = random.pick([1, 2, 4, 8]);
    if (copy.length < size) return copy;
    const begin = random.below(copy.length - size + 1);
    let value = BigInt(random.pick(edges)) << BigInt(random.pick([0, 0, 0, 32]));
    for (let i = 0; i < size; i++, value >>= 8n) copy[begin + i] = Number(value & 255n);
    return copy;
  },
  /** A decimal number of a header that lies. */
  number: (bytes, random) => {
    const text = Buffer.from(bytes).toString('latin1');
    const numbers = [...text.matchAll(/\d+/g)];
    if (numbers.length === 0) return bytes.slice();
    const { index, 0: found } = random.pick(numbers);
    const forged = String(random.pick([...edges, -1, 2 ** 53, 1e30, 0.5]));
    return new Uint8Array(Buffer.from(text.slice(0, index) + forged + text.slice(index + found.length), 'latin1'));
  },
  left: (bytes, random) => {
    const [a, b] = [at(bytes, random), at(bytes, random)].sort((x, y) => x - y);
    return joined(bytes.subarray(0, a), bytes.subarray(b!));
  },
  repeated: (bytes, random) => {
    const [a, b] = [at(bytes, random), at(bytes, random)].sort((x, y) => x - y);
    return joined(bytes.subarray(0, b), bytes.subarray(a));
  },
  moved: (bytes, random) => {
    const [a, b, c] = [at(bytes, random), at(bytes, random), at(bytes, random)].sort((x, y) => x - y);
    return joined(bytes.subarray(0, a), bytes.subarray(b, c), bytes.subarray(a, b), bytes.subarray(c!));
  },
} satisfies Record<string, Damage>;

export type DamageName = keyof typeof damages;
export const damageNames = Object.keys(damages) as DamageName[];
