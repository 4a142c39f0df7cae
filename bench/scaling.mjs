// How the time of a step by decograd alone grows with the sizes of a model. `npm run bench:scaling -- --help` tells the options.
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import * as decograd from '../dist/index.mjs';
import { generate } from './generate.mjs';
import { chosen, command } from './options.mjs';
import { tensors, trainingStep } from './peers/decograd.mjs';
import { table } from './table.mjs';
import { cnn } from './workloads/cnn.mjs';
import { gpt } from './workloads/gpt.mjs';

const usage = `npm run bench:scaling -- [options]
  --only gpt,cnn-batch   tables by name, or by the beginning of it. Default: all
  --runs N               steps of which the fastest counts, at most. Default: 60
  --write                writes bench/SCALING.md`;

const powers = (from, to) => Array.from({ length: Math.log2(to / from) + 1 }, (_, i) => from * 2 ** i);

/** Linear and ReLU, `depth` times, then a Linear to ten classes: cross entropy, Adam. */
function mlpStep({ batch = 128, width = 256, depth = 4 }) {
  const { Adam, crossEntropyLoss, Linear, manualSeed, randn, ReLU, Sequential, tensor } = decograd;
  manualSeed(1);
  const hidden = Array.from({ length: depth }, () => [new Linear(width, width), new ReLU()]).flat();
  const model = new Sequential(...hidden, new Linear(width, 10));
  const optimizer = new Adam(model, { lr: 1e-4 });
  const x = randn([batch, width]);
  const y = tensor(Int32Array.from({ length: batch }, (_, i) => i % 10));
  return trainingStep(optimizer, () => crossEntropyLoss(model.forward(x), y));
}

/** A step of a workload's program, with its data. */
function workloadStep(workload) {
  const named = Object.entries(workload.data).map(([name, { shape }]) => [name, { shape, values: generate(workload, name) }]); // prettier-ignore
  return workload.peers.decograd(decograd, tensors(decograd, Object.fromEntries(named))).step;
}

const gptStep = (sizes) => workloadStep(gpt(sizes));
const cnnStep = (sizes) => workloadStep(cnn(sizes));
const lettersAStep = 1024;

/** `size` is what the rows differ in; `sizes` gives those of a row, `label` its name where that is not the size itself. */
const tables = [
  { name: 'mlp-batch', model: 'MLP', size: 'batch', others: 'width 256, depth 4', values: powers(32, 2048), step: mlpStep },
  { name: 'mlp-width', model: 'MLP', size: 'width', others: 'batch 128, depth 4', values: powers(64, 2048), step: mlpStep },
  { name: 'mlp-depth', model: 'MLP', size: 'depth', others: 'batch 128, width 256', values: powers(2, 64), step: mlpStep },
  {
    name: 'gpt-context',
    model: 'GPT',
    size: 'context',
    others: `${lettersAStep} letters a step, depth 4`,
    values: powers(32, 512),
    sizes: (context) => ({ context, batch: lettersAStep / context }),
    step: gptStep,
  },
  { name: 'gpt-depth', model: 'GPT', size: 'depth', others: 'batch 16, context 64', values: [2, 4, 8, 12], step: gptStep },
  { name: 'cnn-batch', model: 'CNN', size: 'batch', others: 'channels 16/32', values: powers(16, 256), step: cnnStep },
  {
    name: 'cnn-channels',
    model: 'CNN',
    size: 'channels',
    others: 'batch 64',
    values: powers(8, 64),
    label: (channels) => `${channels}/${2 * channels}`,
    step: cnnStep,
  },
]; // prettier-ignore

/** One size, with one thread and with all. */
async function measured(makeStep, sizes, runs) {
  const cells = [];
  for (const threads of [1, availableParallelism()]) {
    decograd.setThreads(threads);
    const { totals } = await decograd.explain(makeStep(sizes), { runs });
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

async function measuredTable({ model, size, others, values, step, sizes, label = String }, runs) {
  const head = [size];
  for (const threads of [1, availableParallelism()])
    head.push(`ms, ${threads} thread${threads > 1 ? 's' : ''}`, 'GFLOP/s', 'of the limit', 'outside kernels');
  const rows = [head];
  for (const value of values)
    rows.push([label(value), ...(await measured(step, sizes?.(value) ?? { [size]: value }, runs))]);
  return `## ${model} by ${size} (${others})\n\n${table(rows)}\n`;
}

const introduction = (runs) =>
  `# Models by their size

The MLP is depth times Linear and ReLU of one width and a Linear to 10, with cross entropy and Adam. GPT and CNN are those of [README.md](README.md). ` +
  `${cpus()[0].model.trim()}, ${availableParallelism()} processors, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}. ` +
  `Milliseconds are the fastest of up to ${runs} steps; the limit is that of \`explain\`: what the machine reaches in multiply-adds and in memory with so many threads.
`;

async function main({ only, runs, write }) {
  const parts = [introduction(runs)];
  for (const wanted of chosen(tables, only, 'only')) {
    parts.push(await measuredTable(wanted, runs));
    console.log(parts.at(-1));
  }
  if (write) writeFileSync(new URL('SCALING.md', import.meta.url), parts.join('\n'));
}

await command(usage, { only: undefined, runs: 60, write: false }, main);
