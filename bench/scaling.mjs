// How the time of an MLP's step grows with batch, width and depth. `npm run bench:scaling -- --write` writes bench/SCALING.md.
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import {
  Adam, crossEntropyLoss, explain, Linear, manualSeed, randn, ReLU, Sequential, setThreads, tensor,
} from '../dist/index.mjs'; // prettier-ignore
import { table } from './report.mjs';

const classes = 10;
const usual = { batch: 128, width: 256, depth: 4 };
const powers = (from, to) => Array.from({ length: Math.log2(to / from) + 1 }, (_, i) => from * 2 ** i);
const sweeps = { batch: powers(32, 2048), width: powers(64, 2048), depth: powers(2, 64) };

/** Linear and ReLU, `depth` times, then a Linear to the classes: forward, backward, Adam, the loss read. */
function step({ batch, width, depth }) {
  manualSeed(1);
  const hidden = Array.from({ length: depth }, () => [new Linear(width, width), new ReLU()]).flat();
  const model = new Sequential(...hidden, new Linear(width, classes));
  const optimizer = new Adam(model, { lr: 1e-4 });
  const x = randn([batch, width]);
  const y = tensor(Array.from({ length: batch }, (_, i) => i % classes), { dtype: 'int32' }); // prettier-ignore
  return async () => {
    optimizer.zeroGrad();
    const loss = crossEntropyLoss(model.forward(x), y);
    loss.backward();
    await optimizer.step();
    return loss.item();
  };
}

/** One size, with one thread and with all. */
async function measured(size) {
  const cells = [];
  for (const threads of [1, availableParallelism()]) {
    setThreads(threads);
    const { totals } = await explain(step(size), { runs: 60 });
    const { milliseconds, flops, inKernels, share } = totals;
    cells.push(
      milliseconds.toPrecision(3),
      (flops / milliseconds / 1e6).toFixed(1),
      `${(100 * share).toFixed(0)} %`,
      `${Math.max(0, 100 * (1 - inKernels / milliseconds)).toFixed(0)} %`,
    );
  }
  return cells;
}

async function sweep(name) {
  const others = Object.entries(usual).filter(([other]) => other !== name);
  const head = [name];
  for (const threads of [1, availableParallelism()])
    head.push(`ms, ${threads} thread${threads > 1 ? 's' : ''}`, 'GFLOP/s', 'of the limit', 'outside kernels');
  const rows = [head];
  for (const value of sweeps[name]) rows.push([String(value), ...(await measured({ ...usual, [name]: value }))]);
  return `## ${name} (${others.map(([other, value]) => `${other} ${value}`).join(', ')})\n\n${table(rows)}\n`;
}

const parts = [
  '# An MLP by its size\n',
  `Depth times Linear and ReLU of one width, a Linear to ${classes}, cross entropy, Adam. ${cpus()[0].model}, ${availableParallelism()} processors, ` +
    `Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}. Milliseconds are the fastest of up to 60 steps; the limit is that of \`explain\`: ` +
    'what the machine reaches in multiply-adds and in memory with so many threads.\n',
];
for (const name of Object.keys(sweeps)) {
  parts.push(await sweep(name));
  console.log(parts.at(-1));
}
if (process.argv.includes('--write')) writeFileSync(new URL('SCALING.md', import.meta.url), parts.join('\n'));
