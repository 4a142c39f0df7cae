import { epochCurves, measuredNames, stepCurves, type Curve, type Curves } from './curves';
import { duration, figure, setting } from './figures';
import { isLogarithmic, lineChart, type Line } from './line-chart';
import { markup, type Markup } from './markup';
import type { Report } from './report';
import { secondsOf } from './summary';
import { section } from './table';

/** The loss and every metric over epochs and steps, and the learning rate where it changes. */
export function curvesSection(report: Report): Markup | undefined {
  const { history } = report.run;
  const charts = measuredNames(history).flatMap((name) =>
    [epochCurves(history, name), stepCurves(history, name)].flatMap(measuredChart),
  );
  const all = [...charts, ...ratesChart(report)];
  if (all.length === 0) return undefined;
  return section('How it learned', undefined, markup`<div class="charts">${all}</div>`);
}

function measuredChart({ name, by, curves }: Curves): Markup[] {
  const lines = curves.map(({ part, points }): Line => ({ kind: part, name: `${part} ${name}`, points }));
  return chart(
    by === 'epoch' ? seen(name, curves) : `${name} by step`,
    by,
    lines,
    curves.map(({ part }) => part),
  );
}

/** `validation loss fell from 0.2110 to 0.0840, the lowest was 0.0701 in epoch 3` */
export function seen(name: string, curves: readonly Curve[]): string {
  const curve = curves.at(-1);
  if (curve === undefined) return name;
  const { points, part } = curve;
  const [first, last] = [points[0], points.at(-1)!];
  const what = part === 'validation' ? `validation ${name}` : name;
  if (points.length === 1) return `${what} is ${figure(last.y)} after epoch ${last.x}`;
  const verb = last.y < first.y ? 'fell' : last.y > first.y ? 'rose' : 'went';
  const lowest = points.reduce((best, point) => (point.y < best.y ? point : best));
  const low = name === 'loss' && lowest.y < last.y ? `, the lowest was ${figure(lowest.y)} in epoch ${lowest.x}` : '';
  return `${what} ${verb} from ${figure(first.y)} to ${figure(last.y)}${low}`;
}

/** A line for each group of the optimizers; groups that have always had the same rate share one. */
function ratesChart({ rates, run }: Report): Markup[] {
  const lines = new Map<string, Line>();
  for (const group of rates[0]?.rates.keys() ?? []) {
    const points = rates.map(({ epoch, rates: of }) => ({ x: epoch, y: of[group] }));
    const key = points.map(({ y }) => y).join();
    const name = lines.has(key) ? `${lines.get(key)!.name}, ${group}` : `group ${group}`;
    lines.set(key, { kind: lines.get(key)?.kind ?? `group-${lines.size % 4}`, name, points });
  }
  const all = [...lines.values()];
  const changes = all.some(({ points }) => points.some(({ y }) => y !== points[0].y));
  if (!changes || run.history.epochs.length === 0) return [];
  const [first, last] = [all[0].points[0], all[0].points.at(-1)!];
  const heading = `learning rate: ${setting(first.y)} at first, ${setting(last.y)} at last`;
  return chart(heading, 'epoch', all, all.length === 1 ? [] : all.map(({ name }) => name));
}

/** The seconds of each epoch, where there are several. */
export function timeChart({ run: { history } }: Report): Markup[] {
  const { epochs } = history;
  if (epochs.length < 2) return [];
  const points = epochs.map(({ epoch, seconds }) => ({ x: epoch, y: seconds }));
  const heading = `an epoch took ${duration(secondsOf(history) / epochs.length)} on average, ${duration(secondsOf(history))} in all`;
  return chart(heading, 'epoch', [{ kind: 'plain', name: 'seconds', points }], ['seconds']);
}

/** A chart under its heading, and a key where there are several lines or a scale to be told. */
function chart(heading: string, by: string, lines: readonly Line[], names: readonly string[]): Markup[] {
  const drawn = lineChart(`${heading}, by ${by}`, by, lines);
  if (drawn === undefined) return [];
  const keys = names.map((name, i) => markup`<span class="key ${lines[i].kind}">${name}</span>`);
  const scale = isLogarithmic(lines) ? markup`<span>logarithmic scale</span>` : '';
  return [markup`<figure><h3>${heading}</h3>${drawn}<figcaption>${keys}${scale}</figcaption></figure>`];
}
