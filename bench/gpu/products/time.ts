import type { GpuBackend } from '../../../src/backend/gpu';
import type { Block, Device, Launch } from '../../../src/backend/gpu/modes/device';
import { formulations } from '../../../src/backend/gpu/print/formulations';
import { printKernel } from '../../../src/backend/gpu/print/print-kernel';
import { product } from '../../../src/core/shape';
import { loadBackend } from '../../../src/plan';
import { candidates, isInUse, nameOf, stepsOf, type Candidate } from './candidates';
import { productOf, type Product } from './kinds';

/** Milliseconds of a product by kinds and candidates, or why there are none. */
export type Figures = Record<string, Record<string, number | string>>;
export type Report =
  | { readonly reason: string }
  | { readonly adapter: string; readonly isSoftware: boolean; readonly inUse: string; readonly figures: Figures };

/** A sample takes so many milliseconds at least, and computes two products at least. */
const least = 100;

/** Times all candidates on the device, turn by turn: what disturbs the machine disturbs them all. */
export async function timeProducts(name: string, kinds: readonly string[], rounds: number): Promise<Report> {
  const products: [string, Product][] = [];
  for (const kind of kinds) products.push([kind, await productOf(kind)]);
  const loaded = await loadBackend(name).catch((error: Error) => ({ reason: error.message.split('\n')[0] }));
  if ('reason' in loaded) return loaded;
  const { device } = loaded as GpuBackend;
  const figures: Figures = {};
  for (const [kind, given] of products) figures[kind] = await timeKind(device, given, rounds);
  const used = formulations[device.mode];
  return { ...device.hardware, inUse: nameOf({ formulation: used, turns: false }), figures };
}

async function timeKind(device: Device, given: Product, rounds: number): Promise<Figures[string]> {
  const figures: Figures[string] = {};
  const timed: { name: string; run: Run; count: number }[] = [];
  for (const candidate of withUsed(device)) {
    const name = nameOf(candidate);
    const run = await made(device, candidate, given);
    figures[name] = agree(await run(1), given.values) ? Infinity : 'other numbers';
    if (figures[name] === Infinity)
      timed.push({ name, run, count: Math.max(2, Math.ceil(least / (await sample(run, 1)))) });
  }
  for (let i = 0; i < rounds; i++)
    for (const { name, run, count } of timed) figures[name] = Math.min(Number(figures[name]), await sample(run, count));
  return figures;
}

function withUsed({ mode }: Device): readonly Candidate[] {
  const formulation = formulations[mode];
  const isThere = candidates.some((candidate) => isInUse(candidate, formulation));
  return isThere ? candidates : [...candidates, { formulation, turns: false }];
}

function agree(values: Float32Array, wanted: Float32Array): boolean {
  return wanted.every((value, i) => Math.abs(values[i] - value) <= 1e-4 * Math.max(1, Math.abs(value)));
}

/** Computes the product so many times and reads the last result. */
type Run = (count: number) => Promise<Float32Array>;

async function sample(run: Run, count: number): Promise<number> {
  const start = performance.now();
  await run(count);
  return (performance.now() - start) / count;
}

/** What it compiles stays until the page or process ends: to let it go, and when, is the library's. */
async function made(device: Device, candidate: Candidate, { kernel, factors }: Product): Promise<Run> {
  let buffers = Math.max(...kernel.inputs.map(({ buffer }) => buffer));
  const add = () => ++buffers;
  const whole = { kernel, output: add(), name: 'product' };
  const steps = stepsOf(candidate, { ...whole, of: { ...whole, outputs: [whole.output] } }, add);
  const launches = steps.map((step) => compiled(device, candidate, step.kernel));
  await Promise.all(launches.map(({ ready }) => ready));
  const given = kernel.inputs.map(({ buffer }, k): [number, Block] => [buffer, device.upload(factors[k])]);
  const once = (): Block => {
    const blocks = new Map(given);
    steps.forEach(({ kernel: { inputs }, output }, i) => {
      const read = inputs.map(({ buffer }) => blocks.get(buffer)!);
      blocks.set(output, launches[i].run(read, inputs.map(({ offset }) => offset), [])); // prettier-ignore
    });
    steps.slice(0, -1).forEach(({ output }) => device.give(blocks.get(output)!));
    return blocks.get(whole.output)!;
  };
  return async (count) => {
    for (let i = 1; i < count; i++) device.give(once());
    const last = once();
    const values = await device.download(last);
    device.give(last);
    return values;
  };
}

function compiled(device: Device, { formulation }: Candidate, kernel: Parameters<typeof printKernel>[0]): Launch {
  return device.compile(printKernel(kernel, device.mode, [], formulation), product(kernel.dims), 'a product');
}
