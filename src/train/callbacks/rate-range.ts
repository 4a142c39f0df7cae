/** What trying out learning rates gave. */
export interface RateRange {
  readonly rates: readonly number[];
  /** The loss of each step, smoothed. */
  readonly losses: readonly number[];
  /** Where the loss falls fastest; undefined where too few steps were made to tell. */
  readonly suggestion: number | undefined;
}

/** The i-th of `steps` rates that grow by one factor. */
export const rateAt = (i: number, { from, to, steps }: { from: number; to: number; steps: number }): number =>
  from * (to / from) ** (i / (steps - 1));

/** The exponential average of losses so far, without the pull of the 0 that it begins with. */
export class SmoothLosses {
  readonly values: number[] = [];
  private average = 0;

  constructor(private readonly beta: number) {}

  add(loss: number): void {
    this.average = this.beta * this.average + (1 - this.beta) * loss;
    this.values.push(this.average / (1 - this.beta ** (this.values.length + 1)));
  }

  /** Whether the last is more than so many times the least. */
  isBeyond(times: number): boolean {
    const { values } = this;
    return values.length > 2 && values.at(-1)! > times * values.reduce((a, b) => Math.min(a, b));
  }
}

/** Left out at the two ends, where the average knows little, or rates begin to be too large. */
const [skippedFirst, skippedLast] = [10, 1];

/** The rate at which the losses fall fastest: differences to both neighbours, to one at the ends. */
export function steepest(rates: readonly number[], losses: readonly number[]): number | undefined {
  const inner = losses.slice(skippedFirst, losses.length - skippedLast);
  if (inner.length < 2) return undefined;
  const slopes = inner.map((_, i) => {
    const [a, b] = [Math.max(0, i - 1), Math.min(inner.length - 1, i + 1)];
    return (inner[b] - inner[a]) / (b - a);
  });
  return rates[skippedFirst + slopes.indexOf(slopes.reduce((a, b) => Math.min(a, b)))];
}
