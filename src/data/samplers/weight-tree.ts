/** Weights under sums of pairs of sums, so that drawing one, or taking one away, costs the logarithm of their number. */
export class WeightTree {
  readonly #sums: Float64Array;
  readonly #leaves: number;

  constructor(weights: ArrayLike<number>) {
    this.#leaves = 2 ** Math.ceil(Math.log2(Math.max(1, weights.length)));
    this.#sums = new Float64Array(2 * this.#leaves);
    this.#sums.set(weights, this.#leaves);
    for (let i = this.#leaves - 1; i >= 1; i--) this.#add(i);
  }

  #add(i: number): void {
    this.#sums[i] = this.#sums[2 * i] + this.#sums[2 * i + 1];
  }

  /** The weight that a number from 0 to below 1 falls on, each in proportion. */
  draw(random: number): number {
    let rest = random * this.#sums[1];
    let i = 1;
    while (i < this.#leaves) {
      const left = this.#sums[2 * i];
      // A sum may be rounded up past its parts: where there is nothing on the right, the left it is.
      const goesLeft = rest < left || this.#sums[2 * i + 1] === 0;
      if (!goesLeft) rest -= left;
      i = 2 * i + Number(!goesLeft);
    }
    return i - this.#leaves;
  }

  /** Makes a weight 0; the sums are added up anew, so that none drifts. */
  remove(index: number): void {
    let i = index + this.#leaves;
    this.#sums[i] = 0;
    while (i > 1) this.#add((i >>= 1));
  }
}
