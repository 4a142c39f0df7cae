import { device, type Optimizer, type ScheduleFreeAdamW } from 'decograd';
import { afterAll, describe, expect, it } from 'vitest';
import fixtures from '../fixtures/optimizers.json';
import { devices } from '../ops/devices';
import { cases, exported, problem, relativeError, titleOf } from './problem';

afterAll(async () => void (await device('auto')));

it('every optimizer that is exported has cases', () => {
  expect(Object.keys(exported).sort()).toEqual([...new Set(cases.map(({ name }) => name))].sort());
});

describe.each(devices)('thirty steps are those of PyTorch or of the paper, on %s', (name) => {
  it.each(cases.map((one) => [titleOf(one), one] as const))('%s', async (_, one) => {
    await device(name);
    const { optimizer, step, read } = problem(one);
    const losses: number[] = [];
    for (let t = 1; t <= 30; t++) {
      losses.push(await (await step()).item());
      const at = fixtures.noted.indexOf(t);
      if (at < 0) continue;
      const values = await read();
      for (const [i, wanted] of one.steps[at]!.entries())
        expect(relativeError(values[i]!, wanted)).toBeLessThanOrEqual(1e-5);
    }
    if (one.losses) expect(relativeError(losses, one.losses)).toBeLessThanOrEqual(1e-5);
    if (one.averages) await comparesAverages(optimizer, one.averages, read);
  });
});

async function comparesAverages(
  optimizer: Optimizer<any>,
  averages: readonly number[][],
  read: () => Promise<number[][]>,
): Promise<void> {
  const [training, free] = [await read(), optimizer as ScheduleFreeAdamW];
  free.eval();
  const values = await read();
  for (const [i, wanted] of averages.entries()) expect(relativeError(values[i]!, wanted)).toBeLessThanOrEqual(1e-5);
  free.train();
  expect(await read()).toEqual(training);
}
