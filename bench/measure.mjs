// One measurement, in a process of its own: a workload by a peer that runs in Node. Prints one JSON line.
// measure.py is its twin for PyTorch.
import { parseArgs } from 'node:util';
import { readData, readManifest } from './data.mjs';
import { peakMemory, watchOthers } from './processor.mjs';
import { workloadsOf } from './workloads/index.mjs';

const { values: options } = parseArgs({
  options: {
    peer: { type: 'string' },
    workload: { type: 'string' },
    data: { type: 'string' },
    threads: { type: 'string', default: '1' },
    device: { type: 'string' },
    seconds: { type: 'string' }, // without it, nothing is timed
    cold: { type: 'boolean', default: false },
    explain: { type: 'boolean', default: false }, // the kernels of a step, for decograd
  },
});

/** Steps before the timed ones, so that engines have compiled what they will; one sample lasts at least so long. */
const warmSteps = 10;
/** Kernels are explained once V8 has optimised all of them, in the background: it waits for many calls of each. */
const explainedAfterMs = 1500;
const sampleMs = 2;
const fewestSamples = 5;
/** Where one step outlasts `seconds`, it is warm after those that are compared, and samples are fewer. */
const fewestOfSlow = 2;

async function prepare() {
  const entry = readManifest(options.data)[options.workload];
  const [peer, workloads] = await Promise.all([import(`./peers/${options.peer}.mjs`), workloadsOf(entry.source)]);
  const library = await peer.open({ threads: Number(options.threads), device: options.device });
  const { peers } = workloads.find(({ name }) => name === options.workload);
  const program = peers[options.peer](library, peer.tensors(library, readData(options.data, entry)));
  return { ...program, explain: library.explain };
}

/** What is compared with the other peers': the workload's own values, or the losses of ten steps. */
async function comparedValues({ step, values }) {
  const first = await step();
  if (values) return values();
  const losses = [first];
  while (losses.length < 10) losses.push(await step());
  return losses;
}

/** Milliseconds of `count` steps together. */
async function sample(step, count) {
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    const result = step();
    if (result instanceof Promise) await result;
  }
  return performance.now() - start;
}

async function warm(step, seconds) {
  const three = await sample(step, 3);
  await sample(step, Math.min(warmSteps, Math.ceil((seconds * 1e3) / three)));
}

async function time({ step }, seconds) {
  const first = await sample(step, 1);
  const slow = first > seconds * 1e3;
  if (!slow) await warm(step, seconds);
  const count = slow ? 1 : Math.max(1, Math.ceil(sampleMs / (await sample(step, 1))));
  const fewest = slow ? fewestOfSlow : fewestSamples;
  const times = [];
  const others = watchOthers();
  for (const start = performance.now(); times.length < fewest || performance.now() - start < seconds * 1e3;)
    times.push((await sample(step, count)) / count);
  const sorted = times.sort((a, b) => a - b);
  return { min: sorted[0], median: sorted[sorted.length >> 1], steps: times.length * count, foreign: others() };
}

const program = await prepare();
if (options.cold) {
  await program.step();
  console.log('{}');
} else if (options.explain) {
  for (const start = performance.now(); performance.now() - start < explainedAfterMs;)
    await sample(program.step, warmSteps);
  console.log(JSON.stringify(await program.explain(program.step, { runs: 20 })));
} else {
  const values = await comparedValues(program);
  const times = options.seconds && (await time(program, Number(options.seconds)));
  console.log(JSON.stringify({ values, ...times, memory: peakMemory() }));
}
process.exit(); // peers' workers would keep it alive
