import type { FunctionBuilder } from './function-builder';

type Eight = [number, number, number, number, number, number, number, number];

/** Writes four values each of `width` lines, which lie along the lines, step by step from the address in the local `to` on. */
export class Transposer {
  readonly #vectors: Eight;

  constructor(
    private readonly f: FunctionBuilder,
    private readonly width: number,
    private readonly to: number,
  ) {
    this.#vectors = Array.from({ length: 8 }, () => f.local('v128')) as Eight;
  }

  /** Four steps of all lines; `line` leaves on the stack where those of one lie. */
  fourSteps(line: (i: number) => void): void {
    const { width } = this;
    for (let i = 0; i + 4 <= width; i += 4) this.#square(i, line);
    if (width % 4 === 2) this.#ladder(width - 2, line);
    if (width % 4 === 1) this.#spread(width - 1, line);
  }
  /** One line. */
  #spread(at: number, line: (i: number) => void): void {
    const { f, width } = this;
    line(at);
    f.memory('v128.load').set(this.#vectors[0]);
    for (let k = 0; k < 4; k++) f.get(this.to).get(this.#vectors[0]).laneMemory('v128.store32_lane', k, 4 * (k * width + at)); // prettier-ignore
  }
  /** Two lines: their values in turn. */
  #ladder(first: number, line: (i: number) => void): void {
    const { f, width } = this;
    const [a, b] = this.#vectors;
    [a, b].forEach((vector, i) => {
      line(first + i);
      f.memory('v128.load').set(vector);
    });
    for (const [k, words] of [[0, [0, 4, 1, 5]], [2, [2, 6, 3, 7]]] as const) {
      const pairs = this.#vectors[2];
      f.get(a).get(b).shuffle(words).set(pairs);
      for (const lane of [0, 1])
        f.get(this.to).get(pairs).laneMemory('v128.store64_lane', lane, 4 * ((k + lane) * width + first)); // prettier-ignore
    } // prettier-ignore
  }
  #square(first: number, line: (i: number) => void): void {
    const { f, width } = this;
    const v = this.#vectors;
    for (let i = 0; i < 4; i++) {
      line(first + i);
      f.memory('v128.load').set(v[i]);
    }
    f.get(v[0]).get(v[1]).shuffle([0, 4, 1, 5]).set(v[4]).get(v[0]).get(v[1]).shuffle([2, 6, 3, 7]).set(v[5]);
    f.get(v[2]).get(v[3]).shuffle([0, 4, 1, 5]).set(v[6]).get(v[2]).get(v[3]).shuffle([2, 6, 3, 7]).set(v[7]);
    const write = (k: number, x: number, y: number, words: readonly number[]): void =>
      void f.get(this.to).get(x).get(y).shuffle(words).memory('v128.store', 4 * (k * width + first)); // prettier-ignore
    write(0, v[4], v[6], [0, 1, 4, 5]);
    write(1, v[4], v[6], [2, 3, 6, 7]);
    write(2, v[5], v[7], [0, 1, 4, 5]);
    write(3, v[5], v[7], [2, 3, 6, 7]);
  }
}
