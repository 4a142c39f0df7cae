// Where the time of a step goes: decograd's kernels with one thread, by kind and shape, as `explain` has them.
import { table } from './table.mjs';

/** Rows that are worth reading; what is below is one last row. */
const most = 12;

/** Alike kernels together, the slowest first. */
function grouped(kernels) {
  const groups = new Map();
  for (const { name, kind, shape, over, calls, milliseconds, share } of kernels) {
    const key = `${name} [${shape.join(', ')}]${over.length > 0 ? ` over [${over.join(', ')}]` : ''}`;
    const group = groups.get(key) ?? { key, kind, calls: 0, milliseconds: 0, limit: 0 };
    group.calls += calls;
    group.milliseconds += milliseconds;
    group.limit += milliseconds * share;
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.milliseconds - a.milliseconds);
}

function together(groups) {
  const sum = (of) => groups.reduce((total, group) => total + of(group), 0);
  return { key: `${groups.length} others`, kind: '', calls: sum((g) => g.calls), milliseconds: sum((g) => g.milliseconds), limit: sum((g) => g.limit) }; // prettier-ignore
}

/** One workload's kernels as a table, with what the step does besides. */
export function kernelTable(title, { kernels, totals }) {
  const groups = grouped(kernels);
  const shown = groups.length > most ? [...groups.slice(0, most), together(groups.slice(most))] : groups;
  const percent = (part) => `${Math.round(100 * part)} %`;
  const rows = shown.map(({ key, calls, milliseconds, limit }) => [
    key,
    String(calls),
    milliseconds.toFixed(3),
    percent(milliseconds / totals.milliseconds),
    percent(limit / milliseconds),
  ]);
  const outside = totals.milliseconds - totals.inKernels;
  rows.push([
    'recording, planning, values in and out',
    '',
    outside.toFixed(3),
    percent(outside / totals.milliseconds),
    '',
  ]);
  const summary = `${totals.milliseconds.toPrecision(3)} ms, ${percent(totals.share)} of the limit; ${totals.kernels} kernels.`;
  return `### ${title}\n\n${summary}\n\n${table([['kernel', 'calls', 'ms', 'of the step', 'of the limit'], ...rows])}\n`;
}
