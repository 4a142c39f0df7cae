/** Random numbers that a seed repeats. */
export class Random {
  constructor(private state: number) {}

  /** From 0 up to, not including, 1. Source: mulberry32 by T. Ettinger */
  next(): number {
    let x = (this.state = (this.state + 0x6d2b79f5) | 0);
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  }
  below(end: number): number {
    return Math.floor(this.next() * end);
  }
  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}
