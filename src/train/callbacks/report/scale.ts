/** One axis: what it spans, and where its ticks are. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly isLog: boolean;
  readonly ticks: readonly number[];
  /** From 0 at its beginning to 1 at its end. */
  at(value: number): number;
}

/** Beyond it neither a span nor its ticks are exact. */
const largest = 1e300;
/** Numbers that a chart can show. */
export const canBeDrawn = (value: number): boolean => Math.abs(value) <= largest;
/** Times the smallest value from which on the largest makes a scale logarithmic. */
const decades = 100;

/** An axis for values, of which there is one at least: ticks at 1, 2 or 5 times powers of ten, logarithmic where they span two decades. */
export function valueScale(values: readonly number[]): Scale {
  const [least, most] = ends(values);
  return least > 1e-300 && most / least >= decades ? logScale(least, most) : linearScale(least, most);
}

/** An axis of numbered epochs or steps, from the first to the last. */
export function countScale(values: readonly number[]): Scale {
  const [first, last] = ends(values);
  const [from, to] = first === last ? [first - 0.5, last + 0.5] : [first, last];
  const step = first === last ? 1 : Math.max(1, roundStep((last - first) / 6));
  return linear(from, to, multiples(step, Math.ceil(first / step), Math.floor(last / step)));
}

function ends(values: readonly number[]): [number, number] {
  return values.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [Infinity, -Infinity]); // prettier-ignore
}

const linear = (from: number, to: number, ticks: readonly number[]): Scale => ({
  from,
  to,
  isLog: false,
  ticks,
  at: (value) => (value - from) / (to - from),
});

function linearScale(least: number, most: number): Scale {
  const room = Math.max(Math.abs(least), Math.abs(most));
  if (most - least <= 1e-9 * room || most - least < 1e-300) {
    const half = room < 1e-290 ? 1 : room / 4; // values that are all alike are drawn in the middle
    return linearScale(least - half, most + half);
  }
  const step = roundStep((most - least) / 4);
  const ticks = multiples(step, Math.floor(least / step), Math.ceil(most / step));
  return linear(ticks[0], ticks.at(-1)!, ticks);
}

/** 1, 2 or 5 times a power of ten, the first that is not below. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5].find((m) => m * power >= least) ?? 10) * power;
}

function multiples(step: number, first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function logScale(least: number, most: number): Scale {
  const [low, high] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))];
  const every = Math.ceil((high - low) / 6);
  const ticks = Array.from({ length: Math.floor((high - low) / every) + 1 }, (_, i) => Number(`1e${low + i * every}`));
  const [from, to] = [Number(`1e${low}`), Number(`1e${high}`)];
  return { from, to, isLog: true, ticks, at: (value) => (Math.log10(value) - low) / (high - low) };
}
