/** 32 mixed bits of a counter (the finaliser of MurmurHash3). */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** The numbers below `length` in an order that the words of the key decide. */
export function permutation(length: number, key: readonly number[]): Uint32Array {
  const start = key.reduce((hash, word) => mix(Math.imul(hash, 31) + (word | 0) + 0x9e3779b9), 0);
  const order = Uint32Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor((mix(start + Math.imul(i, 0x9e3779b9)) / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
