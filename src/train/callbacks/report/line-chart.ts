import { figure } from './figures';
import { markup, type Markup } from './markup';
import { canBeDrawn, countScale, valueScale, type Scale } from './scale';
import { thinned, type Point } from './thinning';

/** One line of a chart. */
export interface Line {
  /** A class of `style.ts`, which gives it its colour. */
  readonly kind: string;
  readonly name: string;
  readonly points: readonly Point[];
}

const [width, height] = [400, 210];
const [top, right, bottom] = [10, 12, 34];
/** Of a letter of a label. */
const letter = 6.4;
/** Points above which they are drawn as small dots. */
const dense = 50;

/** Where points of the data are in the picture. */
interface Frame {
  readonly left: number;
  readonly across: Scale;
  readonly up: Scale;
  x(value: number): string;
  y(value: number): string;
}

/** Lines over epochs or steps, each point with a title that says its number. Nothing where there is nothing to draw. */
export function lineChart(label: string, by: string, lines: readonly Line[]): Markup | undefined {
  const drawn = lines.map((line) => ({ ...line, points: thinned(line.points) }));
  const points = drawn.flatMap((line) => line.points).filter(({ y }) => canBeDrawn(y));
  if (points.length === 0) return undefined;
  const frame = frameOf(points);
  return markup`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">${axes(frame, by)}${drawn.map(
    (line) => lineOf(frame, line, by),
  )}</svg>`;
}

/** Whether the values would be drawn on a logarithmic scale. */
export const isLogarithmic = (lines: readonly Line[]): boolean => {
  const values = lines.flatMap(({ points }) => points.map(({ y }) => y)).filter(canBeDrawn);
  return values.length > 0 && valueScale(values).isLog;
};

function frameOf(points: readonly Point[]): Frame {
  const [across, up] = [countScale(points.map(({ x }) => x)), valueScale(points.map(({ y }) => y))];
  const left = 12 + letter * Math.max(...up.ticks.map((tick) => tickLabel(up, tick).length));
  return {
    left,
    across,
    up,
    x: (value) => (left + across.at(value) * (width - left - right)).toFixed(1),
    y: (value) => (height - bottom - up.at(value) * (height - top - bottom)).toFixed(1),
  };
}

/** As short as the distance of the ticks allows. */
function tickLabel({ ticks, isLog, from, to }: Scale, tick: number): string {
  const most = Math.max(Math.abs(from), Math.abs(to));
  if (isLog || most >= 1e5 || most < 1e-3) return tick === 0 ? '0' : shortPower(tick);
  const step = ticks[1] - ticks[0];
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return tick.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

const shortPower = (value: number): string =>
  Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5
    ? String(value)
    : Number(value.toPrecision(6)).toExponential().replace('e+', 'e');

function axes(frame: Frame, by: string): Markup {
  const { up, across, left, x, y } = frame;
  const base = height - bottom;
  const rules = up.ticks.map(
    (tick) =>
      markup`<line class="rule" x1="${left.toFixed(1)}" x2="${width - right}" y1="${y(tick)}" y2="${y(tick)}"/><text class="end" x="${(left - 6).toFixed(1)}" y="${y(tick)}" dy="0.35em">${tickLabel(up, tick)}</text>`,
  );
  const marks = across.ticks.map(
    (tick) =>
      markup`<line class="axis" x1="${x(tick)}" x2="${x(tick)}" y1="${base}" y2="${base + 4}"/><text class="middle" x="${x(tick)}" y="${base + 16}">${figure(tick)}</text>`,
  );
  return markup`<g>${rules}<line class="axis" x1="${left.toFixed(1)}" x2="${width - right}" y1="${base}" y2="${base}"/>${marks}<text class="end unit" x="${width - right}" y="${height - 3}">${by}</text></g>`;
}

function lineOf(frame: Frame, { kind, name, points }: Line, by: string): Markup {
  const dots = points.filter(({ y }) => canBeDrawn(y)).map(
    ({ x, y }) =>
      markup`<circle cx="${frame.x(x)}" cy="${frame.y(y)}" r="${points.length > dense ? 1.2 : 2.6}"><title>${by} ${figure(x)}: ${name} ${figure(y)}</title></circle>`,
  ); // prettier-ignore
  return markup`<g class="line ${kind}"><path d="${pathOf(points, frame)}"/>${dots}</g>`;
}

/** The line has gaps where there is no number. */
export function pathOf(points: readonly Point[], frame: Pick<Frame, 'x' | 'y'>): string {
  let pen = 'M';
  const parts = points.map(({ x, y }) => {
    if (!canBeDrawn(y)) {
      pen = 'M';
      return '';
    }
    const part = `${pen}${frame.x(x)} ${frame.y(y)}`;
    pen = 'L';
    return part;
  });
  return parts.join('');
}
