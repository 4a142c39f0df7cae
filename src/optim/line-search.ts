/** Where a line search has been: at step length t, the objective and its slope along the line. */
export interface LinePoint {
  readonly t: number;
  readonly loss: number;
  readonly slope: number;
}

interface Search<P extends LinePoint> {
  /** Evaluates the objective. */
  readonly at: (t: number) => Promise<P>;
  /** Where the line begins. */
  readonly start: P;
  /** Evaluations after the first. */
  readonly limit: number;
  /** Intervals in which no parameter changes by more are not searched. */
  readonly isNarrow: (width: number) => boolean;
}

/** How much of what the slope promises must be gained, and how flat the slope must become. */
const [sufficient, curvature] = [1e-4, 0.9];

const gainsTooLittle = (point: LinePoint, start: LinePoint): boolean =>
  point.loss > start.loss + sufficient * point.t * start.slope;
const isFlat = (point: LinePoint, start: LinePoint): boolean => Math.abs(point.slope) <= -curvature * start.slope;

/**
 * A step length that satisfies the strong Wolfe conditions, found by bracketing and cubic interpolation; the best one met
 * where `limit` evaluations find none.
 *
 * Source: Nocedal and Wright, Numerical Optimization, algorithms 3.5 and 3.6, as torch.optim.LBFGS does them
 * @returns the point and how often the objective was evaluated
 */
export async function strongWolfe<P extends LinePoint>(
  first: number,
  search: Search<P>,
): Promise<{ point: P; evaluations: number }> {
  const { bracket, evaluations } = await bracketed(first, search);
  if (bracket.length === 1) return { point: bracket[0], evaluations };
  return zoomed(bracket, evaluations, search);
}

/** Goes on until two points have a minimum between them, or one is good enough by itself. */
async function bracketed<P extends LinePoint>(
  first: number,
  { at, start, limit }: Search<P>,
): Promise<{ bracket: [P] | [P, P]; evaluations: number }> {
  let [before, point] = [start, await at(first)];
  for (let tried = 0; tried < limit; tried++) {
    const evaluations = tried + 1;
    if (gainsTooLittle(point, start) || (tried > 1 && point.loss >= before.loss))
      return { bracket: [before, point], evaluations };
    if (isFlat(point, start)) return { bracket: [point], evaluations };
    if (point.slope >= 0) return { bracket: [before, point], evaluations };
    const next = cubicMinimum(before, point, point.t + 0.01 * (point.t - before.t), point.t * 10);
    [before, point] = [point, await at(next)];
  }
  return { bracket: [start, point], evaluations: Math.max(limit, 0) + 1 };
}

/** Narrows the bracket. */
async function zoomed<P extends LinePoint>(
  bracket: [P, P],
  evaluations: number,
  { at, start, limit, isNarrow }: Search<P>,
): Promise<{ point: P; evaluations: number }> {
  const lower = (): 0 | 1 => (bracket[0].loss <= bracket[1].loss ? 0 : 1);
  let low = lower();
  let wasNearEnd = false;
  for (; evaluations <= limit; evaluations++) {
    const [left, right] = [bracket[0].t, bracket[1].t].sort((a, b) => a - b);
    if (isNarrow(right - left)) break;
    const trial = awayFromEnds(cubicMinimum(...bracket, left, right), left, right, wasNearEnd);
    wasNearEnd = trial.isNearEnd;
    const point = await at(trial.t);
    const high = low === 0 ? 1 : 0;
    if (gainsTooLittle(point, start) || point.loss >= bracket[low].loss) {
      bracket[high] = point;
      low = lower();
      continue;
    }
    if (isFlat(point, start)) return { point, evaluations: evaluations + 1 };
    if (point.slope * (bracket[high].t - bracket[low].t) >= 0) bracket[high] = bracket[low];
    bracket[low] = point;
  }
  return { point: bracket[low], evaluations };
}

/** A trial close to an end of the bracket for the second time, or beyond it, is moved inwards by a tenth. */
function awayFromEnds(
  t: number,
  left: number,
  right: number,
  wasNearEnd: boolean,
): { readonly t: number; readonly isNearEnd: boolean } {
  const margin = 0.1 * (right - left);
  if (Math.min(right - t, t - left) >= margin) return { t, isNearEnd: false };
  if (!wasNearEnd && t < right && t > left) return { t, isNearEnd: true };
  return { t: Math.abs(t - right) < Math.abs(t - left) ? right - margin : left + margin, isNearEnd: false };
}

/** The minimum, within bounds, of the cubic that has the losses and slopes of two points; their middle where it has none. */
function cubicMinimum(a: LinePoint, b: LinePoint, least: number, most: number): number {
  const [left, right] = a.t <= b.t ? [a, b] : [b, a];
  const d1 = left.slope + right.slope - (3 * (left.loss - right.loss)) / (left.t - right.t);
  const square = d1 ** 2 - left.slope * right.slope;
  if (!(square >= 0)) return (least + most) / 2;
  const d2 = Math.sqrt(square);
  const share = (right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2);
  return Math.min(Math.max(right.t - (right.t - left.t) * share, least), most);
}
