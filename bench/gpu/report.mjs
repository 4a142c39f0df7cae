// What was measured on GPUs, as text.
import { availableParallelism, cpus } from 'node:os';
import { table } from '../table.mjs';

const introduction = `# GPUs

Milliseconds of a step, the fastest sample. MLP, CNN and products are those of [README.md](README.md); a product is computed several times, one
after the other, before its numbers are read once. wasm has as many threads as there are processors. Every device computes
what the first column does, within 1e-4 of max(1, |value|), or has no figure.`;

/** Whether the values are those that the first column computed. */
function agree(values, wanted) {
  return values.every((value, i) => Math.abs(value - wanted[i]) <= 1e-4 * Math.max(1, Math.abs(wanted[i])));
}

function cell(report, name, first) {
  const time = report.times?.[name];
  if (!time) return '-';
  return agree(time.values, first.times[name].values)
    ? String(Number(time.milliseconds.toPrecision(3)))
    : 'other numbers';
}

/** What a column ran on, or why it did not. */
export function described({ title }, { reason, adapter, isSoftware }) {
  if (reason) return `- ${title}: ${reason}`;
  const isGpu = !title.endsWith('wasm');
  return `- ${title}: ${isGpu && isSoftware ? 'no GPU at hand: software rasteriser, ' : ''}${adapter}`;
}

/** The whole text: `reports` are those of the columns, of which the first must have figures. */
export function gpuReport(workloads, columns, reports) {
  const rows = workloads.map(({ name, title }) => [title, ...reports.map((report) => cell(report, name, reports[0]))]);
  const machine = `${cpus()[0].model.trim()}, ${availableParallelism()} processors, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}.`;
  const devices = columns.map((column, i) => described(column, reports[i])).join('\n');
  return `${introduction}\n\n${machine}\n\n${devices}\n\n${table([['', ...columns.map(({ title }) => title)], ...rows])}\n`;
}
