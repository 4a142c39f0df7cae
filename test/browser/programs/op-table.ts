import { device, rand, randn, tensor, type Tensor } from '../../../src';
import type { GpuBackend } from '../../../src/backend/gpu';
import * as ops from '../../../src/ops';
import { backendOf } from '../../../src/plan';
import { wrap } from '../../../src/tensor/wrap';
import { mismatch } from '../../ops/compare';
import { allSamples, title } from '../../ops/fixtures';
import { withDeviation } from '../deviations';
import { Places } from './places';

/** What a case came to: compared with PyTorch's answer, and with the one that a GPU is allowed, where there is such. */
interface Wrong {
  readonly title: string;
  readonly what: string;
  readonly whatIsNotAllowed: string | null;
}

/** Every case of the op table on the device, against PyTorch's answers, and where its kernels ran. */
export async function opTable(name: string) {
  await device(name);
  const places = new Places(name);
  const wrong: Wrong[] = [];
  for (const sample of allSamples) {
    const what = await mismatch(sample, places.recorded).catch(String);
    places.computed(sample.op);
    if (what === null) continue;
    const whatIsNotAllowed = await mismatch(withDeviation(sample)).catch(String);
    wrong.push({ title: title(sample), what, whatIsNotAllowed });
  }
  await withoutCase(places);
  const backend = backendOf(name);
  const { fallbacks = [] } = backend as Partial<GpuBackend>;
  return { name: backend.name, hardware: backend.hardware, fallbacks, places, cases: allSamples.length, wrong };
}

/** What no case is of: random numbers, of which `random.ts` says what they must be, and what only the library records. */
const withoutCases: Readonly<Record<string, () => Tensor>> = {
  rand: () => rand([5]),
  randn: () => randn([5]),
  total: () => wrap(ops.total([tensor([1, 2, 3]), tensor([[4], [5]]), tensor(6)].map(({ node }) => node))),
};

async function withoutCase(places: Places): Promise<void> {
  for (const [operation, make] of Object.entries(withoutCases)) {
    const value = make();
    places.recorded(value);
    const [first] = await value.data();
    places.computed(operation);
    if (operation === 'total' && first !== 21) throw new Error(`the total of 1 to 6 is ${first}`);
  }
}
