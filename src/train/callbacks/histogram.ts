/** How values are distributed. */
export interface Histogram {
  readonly min: number;
  readonly max: number;
  readonly count: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  /** The upper end of each bucket. */
  readonly limits: readonly number[];
  /** How many values each bucket has; the first is empty, so that the lower end of the next is told. */
  readonly counts: readonly number[];
}

/** Where buckets begin: from 1e-12 to 1e20 each a tenth larger than the one before, the same below 0, and 0. */
const edges = bucketEdges();

function bucketEdges(): Float64Array {
  const above: number[] = [];
  for (let edge = 1e-12; edge < 1e20; edge *= 1.1) above.push(edge);
  return Float64Array.from([...above.map((edge) => -edge).reverse(), 0, ...above]);
}

/**
 * The histogram that TensorBoard shows, with the buckets that TensorFlow and PyTorch take; null where no value is finite.
 * Others than finite values are left out, and so are those beyond 1e20 from the buckets.
 */
export function histogram(values: ArrayLike<number>): Histogram | null {
  const finite = Array.prototype.filter.call(values, Number.isFinite) as number[];
  if (finite.length === 0) return null;
  const counts = new Float64Array(edges.length - 1);
  let [min, max, sum, sumOfSquares] = [Infinity, -Infinity, 0, 0];
  for (const value of finite) {
    [min, max, sum, sumOfSquares] = [
      Math.min(min, value),
      Math.max(max, value),
      sum + value,
      sumOfSquares + value ** 2,
    ];
    const bucket = bucketOf(value);
    if (bucket in counts) counts[bucket]++;
  }
  return { min, max, count: finite.length, sum, sumOfSquares, ...filledPart(counts) };
}

/** The last edge that is not above the value. */
function bucketOf(value: number): number {
  let [low, high] = [-1, edges.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (edges[middle] <= value) low = middle;
    else high = middle;
  }
  return low;
}

/** From the empty bucket before the first that is not, to the last. */
function filledPart(counts: Float64Array): Pick<Histogram, 'limits' | 'counts'> {
  const first = counts.findIndex((count) => count > 0);
  if (first < 0) return { limits: [0], counts: [0] };
  let last = counts.length - 1;
  while (counts[last] === 0) last--;
  return { limits: Array.from(edges.slice(first, last + 2)), counts: [0, ...counts.slice(first, last + 1)] };
}
