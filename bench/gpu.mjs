// decograd on GPUs, beside its own CPU engine in the same run. `npm run bench:gpu -- --help` tells the options.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { columns } from './gpu/places.mjs';
import { described, gpuReport } from './gpu/report.mjs';
import { workloads } from './gpu/time-on.mjs';
import { chosen, command } from './options.mjs';

const usage = `npm run bench:gpu -- [options]
  --only mlp,matmul-256   workloads by name, or by the beginning of it. Default: all
  --seconds S             how long each is stepped, once at least. Default: 2
  --write                 writes bench/GPU.md`;

/** What is run in each place. */
const program = {
  script: fileURLToPath(new URL('gpu/in-node.mjs', import.meta.url)),
  page: `import * as decograd from '/dist/browser.mjs';
import { timeOn } from '/bench/gpu/time-on.mjs';
globalThis.measure = (...given) => timeOn(decograd, ...given);`,
};

async function main({ only, seconds, write }) {
  const picked = chosen(workloads, only, 'only');
  const names = picked.map(({ name }) => name);
  const reports = [];
  for (const column of columns) {
    const report = await column
      .run(program, column.device, [names, seconds])
      .catch(({ message }) => ({ reason: message.split('\n')[0] }));
    reports.push(report);
    console.log(described(column, report));
  }
  const text = gpuReport(picked, columns, reports);
  console.log(`\n${text}`);
  if (write) writeFileSync(new URL('GPU.md', import.meta.url), text);
}

await command(usage, { only: undefined, seconds: 2, write: false }, main);
