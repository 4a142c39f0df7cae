/** Numbers from 0 to 1, the same in every run with the same seed from 1 on (Lehmer's generator). */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}
