// The results as Markdown: milliseconds, ratios to PyTorch with their spread, cold start and memory, the machine.
import { arch, availableParallelism, cpus, platform } from 'node:os';
import { kernelTable } from './kernels.mjs';
import { best, fastest, ratio } from './ratios.mjs';
import { coldStart, nodeAlone } from './rounds.mjs';
import { table } from './table.mjs';

const digits = (value) => (value === undefined ? '–' : String(Number(value.toPrecision(3))));

const grid = (workloads, columns, titleOf, cell) =>
  table([
    ['', ...columns.map(titleOf)],
    ...workloads.map((workload) => [workload.title, ...columns.map((column) => cell(workload, column))]),
  ]);

function milliseconds({ workloads, columns, results }) {
  return grid(
    workloads,
    columns,
    ({ title }) => title,
    (workload, column) => {
      const ms = best(results.times(workload, column));
      const speed = workload.flops && ms ? ` (${digits(workload.flops / ms / 1e6)} GFLOP/s)` : '';
      return digits(ms) + speed;
    },
  );
}

/** Columns of one thread beside PyTorch's one thread, the others beside its best number of threads. */
function ratios({ workloads, columns, results }) {
  const torch = columns.filter(({ peer }) => peer.name === 'torch');
  const others = columns.filter((column) => !torch.includes(column));
  if (torch.length === 0) return 'None: PyTorch is missing.';
  const beside = (workload, { threads }) =>
    fastest(torch.filter((t) => threads > 1 || t.threads === 1).map((t) => results.times(workload, t)));
  const title = ({ title, threads }) => `${title} / PyTorch, ${threads > 1 ? 'best' : '1 thread'}`;
  return grid(workloads, others, title, (workload, column) => {
    const found = ratio(results.times(workload, column), beside(workload, column));
    return found ? `${digits(found.best)} (${digits(found.low)}..${digits(found.high)})` : '–';
  });
}

function starts({ columns, results }) {
  const all = [nodeAlone, ...columns];
  return grid(
    [coldStart],
    all,
    ({ title }) => title,
    (row, column) => digits(best(results.times(row, column))),
  );
}

function memory({ workloads, columns, results }) {
  return grid(
    workloads,
    columns,
    ({ title }) => title,
    (row, column) => digits(results.memory(row, column)),
  );
}

const kernels = ({ results }) => [...results.explanations].map(([{ title }, found]) => kernelTable(title, found)).join('\n'); // prettier-ignore

/** What it ran on, without names of machines. */
function machine(versions) {
  const list = Object.entries(versions).map(([title, version]) => `${title} ${version}`);
  return `${availableParallelism()} processors (${cpus()[0].model.trim()}), ${platform()} ${arch()}, Node ${process.versions.node}; ${list.join(', ')}.`;
}

function conditions({ rounds, seconds, wait }, { measured, disturbed, unquiet }) {
  return (
    `Best of ${rounds} rounds of ${seconds} s each. Of ${measured} measurements, ${unquiet} began on a machine that did not get quiet ` +
    `within ${wait} s; in ${disturbed}, others used more than a tenth of a processor.`
  );
}

export function report(run) {
  const { workloads, versions, results, options } = run;
  const notes = [...run.notes, ...results.notes].map((note) => `- ${note}`).join('\n');
  const models = workloads.filter(({ isModel }) => isModel);
  const part = (title, body, wanted = true) => (wanted ? `## ${title}\n\n${body}\n` : '');
  return [
    `# Results of ${new Date().toISOString().slice(0, 10)}\n`,
    `${machine(versions)}\n${conditions(options, results)}\n[README.md](README.md) says what is measured, and how to read it.\n`,
    part('Milliseconds', milliseconds(run), workloads.length > 0),
    part("Share of PyTorch's time, and its range over the rounds", ratios(run), workloads.length > 0),
    part('Cold start, milliseconds', starts(run), results.times(coldStart, nodeAlone) !== undefined),
    part('Peak resident memory, MB', memory({ ...run, workloads: models }), models.length > 0),
    part(`Kernels of ${results.explained}`, kernels(run), results.explanations.size > 0),
    part('Notes', notes, notes !== ''),
  ]
    .filter((text) => text !== '')
    .join('\n');
}
