import type { GradientNorm, History } from '../../history';
import { exact, figure } from './figures';
import { pathOf } from './line-chart';
import { markup, type Markup } from './markup';
import type { Report } from './report';
import { canBeDrawn, countScale, valueScale } from './scale';
import { section, table } from './table';
import { thinned, type Point } from './thinning';

/** L2 norms of the gradients by parameter, where the history has them. */
export function gradientsSection({ run }: Report): Markup | undefined {
  const norms = normsByPath(run.history);
  if (norms.size === 0) return undefined;
  const rows = [...norms].map(([path, { last, means }]) => [
    markup`<code>${path}</code>`,
    sparkline(path, means),
    exact(last.mean),
    exact(last.max),
  ]);
  const ordered = [...norms].sort(([, a], [, b]) => a.last.mean - b.last.mean);
  const [[least, low], [most, high]] = [ordered[0], ordered.at(-1)!];
  const heading = `Gradients are largest in ${most} (${figure(high.last.mean)}), smallest in ${least} (${figure(low.last.mean)})`;
  const lead =
    'L2 norms over the steps of an epoch: the mean of each epoch as a line, mean and maximum of the last epoch.';
  return section(heading, lead, table(['parameter', 'by epoch', 'mean', 'max'], rows, [false, false, true, true]));
}

interface Norms {
  last: GradientNorm;
  readonly means: Point[];
}

function normsByPath({ epochs }: History): Map<string, Norms> {
  const found = new Map<string, Norms>();
  for (const { epoch, gradients = {} } of epochs)
    for (const [path, norm] of Object.entries(gradients)) {
      const norms = found.get(path) ?? { last: norm, means: [] };
      norms.last = norm;
      norms.means.push({ x: epoch, y: norm.mean });
      found.set(path, norms);
    }
  return found;
}

const [width, height] = [120, 26];

function sparkline(path: string, means: readonly Point[]): Markup {
  const points = thinned(means).filter(({ y }) => canBeDrawn(y));
  if (points.length === 0) return markup``;
  const [across, up] = [countScale(points.map(({ x }) => x)), valueScale(points.map(({ y }) => y))];
  const frame = {
    x: (value: number) => (3 + across.at(value) * (width - 6)).toFixed(1),
    y: (value: number) => (height - 3 - up.at(value) * (height - 6)).toFixed(1),
  };
  const last = points.at(-1)!;
  const label = `mean gradient of ${path}: ${figure(points[0].y)} at first, ${figure(last.y)} at last`;
  return markup`<svg class="spark line training" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}"><title>${label}</title><path d="${pathOf(points, frame)}"/><circle cx="${frame.x(last.x)}" cy="${frame.y(last.y)}" r="2.4"/></svg>`;
}
