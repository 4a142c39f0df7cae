import { beforeAll, expect, it, vi } from 'vitest';
import { device, FaultyDeviceError } from 'decograd';
import type { Executable, Program } from '../../src/backend/backend';
import type { Watch } from '../../src/backend/watch';
import { measureProduct } from '../../src/cli/doctor/measure-product';
import { backendOf, loadBackend } from '../../src/plan';

/** What happens to a program of the reference backend after it ran. */
const trick = { add: 0, device: 'reference' };

beforeAll(() => {
  const reference = backendOf('reference');
  const compile = reference.compile.bind(reference);
  vi.spyOn(reference, 'compile').mockImplementation((program) => tricked(program, compile(program)));
});

function tricked(program: Program, executable: Executable): Executable {
  const isProduct = program.steps.some(({ kernel }) => kernel.kind === 'matmul');
  return {
    run(inputs, scalars, outputs, watch) {
      const told: Watch = (step, _device, began, ended) => watch?.(step, trick.device, began, ended);
      executable.run(inputs, scalars, outputs, told);
      if (isProduct) outputs[0]!.data![5]! += trick.add;
    },
  };
}

it.each(['wasm', 'reference', 'gpu:cpu'])('says the size and the speed on %s', async (name) => {
  await loadBackend(name);
  const { size, gflops } = await measureProduct(name, 10);
  expect([32, 64, 128, 256, 512, 1024, 2048]).toContain(size);
  expect(gflops).toBeGreaterThan(0);
});

it('measures the device that is named, not the current one', async () => {
  await device('gpu:cpu');
  const { gflops } = await measureProduct('wasm', 10).finally(() => device('wasm'));
  expect(gflops).toBeGreaterThan(0);
});

it('takes a larger size where there is more time', async () => {
  const [brief, longer] = [await measureProduct('reference', 1), await measureProduct('reference', 1000)];
  expect(brief.size).toBe(32);
  expect(longer.size).toBeGreaterThan(32);
});

it('refuses a figure for a product that is wrong in one place', async () => {
  trick.add = 0.5;
  const measuring = measureProduct('reference', 1).finally(() => (trick.add = 0));
  await expect(measuring).rejects.toThrow(new FaultyDeviceError('reference: a product of 32 by 32 is off by 0.5'));
});

it('refuses a figure that is another device’s', async () => {
  trick.device = 'wasm';
  const measuring = measureProduct('reference', 1).finally(() => (trick.device = 'reference'));
  await expect(measuring).rejects.toThrow(new FaultyDeviceError('reference: a product of 32 by 32 ran on wasm'));
});
