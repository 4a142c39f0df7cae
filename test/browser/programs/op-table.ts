import { device, rand, randn } from '../../../src';
import type { GpuBackend } from '../../../src/backend/gpu';
import { backendOf } from '../../../src/plan';
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
  await draw(places);
  const backend = backendOf(name);
  const { fallbacks = [] } = backend as Partial<GpuBackend>;
  return { name: backend.name, hardware: backend.hardware, fallbacks, places, cases: allSamples.length, wrong };
}

/** Random numbers, which PyTorch has others of: what they must be says `random.ts`. */
async function draw(places: Places): Promise<void> {
  for (const [operation, value] of Object.entries({ rand: rand([5]), randn: randn([5]) })) {
    places.recorded(value);
    await value.data();
    places.computed(operation);
  }
}
