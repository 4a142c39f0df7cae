/** A point of a curve. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Stretches that a long curve is divided into, of each of which two points stay. */
const stretches = 200;

/** Of a curve of more than 400 points the lowest and highest of each stretch: no spike is lost. */
export function thinned(points: readonly Point[]): readonly Point[] {
  if (points.length <= 2 * stretches) return points;
  const cut = (i: number) => Math.floor((i * points.length) / stretches);
  return Array.from({ length: stretches }, (_, i) => extremes(points.slice(cut(i), cut(i + 1)))).flat();
}

/** The lowest and the highest, in their order; one of those that are no numbers where there are no others. */
function extremes(all: readonly Point[]): readonly Point[] {
  const numbers = all.filter(({ y }) => !Number.isNaN(y));
  const points = numbers.length > 0 ? numbers : all;
  const low = points.reduce((best, point) => (point.y < best.y ? point : best));
  const high = points.reduce((best, point) => (point.y > best.y ? point : best));
  if (low === high) return [low];
  return low.x < high.x ? [low, high] : [high, low];
}
