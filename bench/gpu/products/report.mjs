// What was measured of products, as text.
import { availableParallelism, cpus } from 'node:os';
import { table } from '../../table.mjs';
import { described } from '../report.mjs';

const introduction = `# Products on GPUs

Milliseconds of a product by how threads compute it, the fastest of all samples; the formulations take turns. Several products are
computed, one after the other, before the numbers of the last are read. Each is the library's own kernels, printed for one formulation,
and computes what the reference backend does, within 1e-4 of max(1, |value|), or has no figure.

- *results*: how many neighbours in a row a thread computes, at most; fewer where fewer than 2^14 threads would be left.
- *products*: how many make one step of the innermost loop, at most. They are added to the total one by one; *as a sum*: by
  themselves first; *as sums of two*: in pairs. *The right factor turned*: copied first, so that its depth lies together.
- *A B*, *A Bᵀ*, *Aᵀ B*: matrices of 256 by 256. *Convolution*: 16 images, 8 to 16 channels, 3 by 3, 16 by 16 pixels: a depth of three
  axes.

The formulation in **bold** is in use: \`src/backend/gpu/print/formulations.ts\` names it for the mode.`;

const figure = (value) => (typeof value === 'number' ? String(Number(value.toPrecision(3))) : (value ?? '-'));

function section(column, report) {
  const head = `## ${column.title}\n\n${described(column, report)}`;
  if (report.reason) return head;
  const { figures, inUse } = report;
  const kinds = Object.keys(figures);
  const rows = Object.keys(figures[kinds[0]]).map((name) => {
    const [results, products] = name.split(' | ');
    const mark = (text) => (name === inUse ? `**${text}**` : text);
    return [mark(results), mark(products), ...kinds.map((kind) => mark(figure(figures[kind][name])))];
  });
  return `${head}\n\n${table([['results', 'products', ...kinds], ...rows])}`;
}

export function productsReport(columns, reports) {
  const machine = `${cpus()[0].model.trim()}, ${availableParallelism()} processors, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}.`;
  return `${introduction}\n\n${machine}\n\n${columns.map((column, i) => section(column, reports[i])).join('\n\n')}\n`;
}
