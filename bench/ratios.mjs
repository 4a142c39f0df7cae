// From the times of the rounds to the ratios of the tables.

/** Milliseconds of the best round; undefined where no round was measured. */
export const best = (times) => (times?.length > 0 ? Math.min(...times) : undefined);

/** Times of the candidate whose best round is the best. */
export const fastest = (candidates) =>
  candidates.filter((times) => times?.length > 0).reduce((a, b) => (a && best(a) <= best(b) ? a : b), undefined);

/**
 * How long `own` takes as a share of `other`'s time: best by best, and the range of the rounds' own ratios.
 * Times are lists with one entry for each round; a pair is of the same round.
 */
export function ratio(own, other) {
  if (!(own?.length > 0) || !(other?.length > 0)) return undefined;
  const each = own.slice(0, other.length).map((time, round) => time / other[round]);
  return { best: best(own) / best(other), low: Math.min(...each), high: Math.max(...each) };
}

/** By how much a round of `own` usually takes longer than the round of `other` beside it. */
export function medianDifference(own, other) {
  const each = own.map((time, round) => time - other[round]).sort((a, b) => a - b);
  return each[Math.floor(each.length / 2)];
}
