import { device } from '../../../src';
import type { GpuBackend } from '../../../src/backend/gpu';
import { backendOf } from '../../../src/plan';
import { mismatch } from '../../ops/compare';
import { allSamples, title } from '../../ops/fixtures';
import { withDeviation } from '../deviations';

/** What a case came to: compared with PyTorch's answer, and with the one that a GPU is allowed, where there is such. */
interface Wrong {
  readonly title: string;
  readonly what: string;
  readonly whatIsNotAllowed: string | null;
}

/** Every case of the op table on the device, against PyTorch's answers. */
export async function opTable(name: string) {
  await device(name);
  const wrong: Wrong[] = [];
  for (const sample of allSamples) {
    const what = await mismatch(sample).catch(String);
    if (what === null) continue;
    const whatIsNotAllowed = await mismatch(withDeviation(sample)).catch(String);
    wrong.push({ title: title(sample), what, whatIsNotAllowed });
  }
  const backend = backendOf(name);
  const { fallbacks = [] } = backend as Partial<GpuBackend>;
  return { name: backend.name, hardware: backend.hardware, fallbacks, cases: allSamples.length, wrong };
}
