// Times decograd on one device, in Node and in pages: nothing of either is used here.
import { generate } from '../generate.mjs';
import { tensors } from '../peers/decograd.mjs';
import { workloads as cnn } from '../workloads/cnn.mjs';
import { workloads as matmul } from '../workloads/matmul.mjs';
import { workloads as mlp } from '../workloads/mlp.mjs';

export const workloads = [...matmul.filter(({ name }) => name !== 'matmul-128'), ...mlp, ...cnn];

/** Losses that are compared with those of other devices. */
const comparedSteps = 3;

/**
 * What the device is, and for each workload the milliseconds of a step and the numbers to be compared.
 * @param library decograd, as this place loads it
 */
export async function timeOn(library, device, names, seconds) {
  const { isUsable, reason, adapter, isSoftware } = (await library.devices()).find(({ name }) => name === device);
  if (!isUsable) return { reason };
  await library.device(device);
  const times = {};
  for (const workload of workloads.filter(({ name }) => names.includes(name)))
    times[workload.name] = await timed(library, workload, seconds);
  return { adapter, isSoftware, times };
}

async function timed(library, workload, seconds) {
  const data = Object.entries(workload.data).map(([name, { shape }]) => [name, { shape, values: generate(workload, name) }]); // prettier-ignore
  const program = workload.peers.decograd(library, tensors(library, Object.fromEntries(data)));
  const values = await comparedValues(program);
  const once = await sample(program, 1);
  const count = Math.max(1, Math.ceil(100 / once));
  const [samples, start] = [[], performance.now()];
  do samples.push(await sample(program, count));
  while (performance.now() - start < seconds * 1e3);
  return { milliseconds: Math.min(...samples), values };
}

async function comparedValues({ step, values }) {
  const losses = [];
  for (let i = 0; i < (values ? 1 : comparedSteps); i++) losses.push(await step());
  return values ? values() : losses;
}

/** Milliseconds of a step, of `count` in a row. A GPU has only been asked when a product's step ends: reading waits for it. */
async function sample({ step, values }, count) {
  const start = performance.now();
  for (let i = 0; i < count; i++) await step();
  await values?.();
  return (performance.now() - start) / count;
}
