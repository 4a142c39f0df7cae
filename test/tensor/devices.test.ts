import { afterEach, expect, it, vi } from 'vitest';
import { DeviceError, device, devices, FaultyDeviceError } from 'decograd';
import type { Backend } from '../../src/backend/backend';
import { selfTest } from '../../src/backend/gpu/self-test';
import { createReferenceBackend } from '../../src/backend/reference';

afterEach(() => vi.unstubAllGlobals());

const webGpu = (requestAdapter: () => unknown): void => void vi.stubGlobal('navigator', { gpu: { requestAdapter } });
const reportOf = async (name: string) => (await devices()).find((report) => report.name === name)!;

it('lists every device once, those that compute in plain Node as usable', async () => {
  const reports = await devices();
  const names = [
    'wasm',
    'reference',
    'gpu:cpu',
    'gpu:webasm',
    'gpu:webgpu',
    'gpu:webgl2',
    'gpu:webgl',
    'gpu:headlessgl',
  ];
  expect(reports.map(({ name }) => name)).toEqual(names);
  const usable = reports.filter(({ isUsable }) => isUsable);
  expect(usable.map(({ name }) => name)).toEqual(names.slice(0, 4));
  for (const { isFaulty, reason } of usable) expect([isFaulty, reason]).toEqual([false, null]);
});

it('tells GPUs from the CPU, which modes of gpu.js for tests compute on too, and auto takes none of those', async () => {
  const kinds = Object.fromEntries((await devices()).map(({ name, kind, isSoftware }) => [name, [kind, isSoftware]]));
  expect(kinds).toMatchObject({ wasm: ['CPU', false], reference: ['CPU', false] });
  expect(kinds).toMatchObject({ 'gpu:cpu': ['CPU', true], 'gpu:webasm': ['CPU', true] });
  for (const name of ['gpu:webgpu', 'gpu:webgl2', 'gpu:webgl', 'gpu:headlessgl']) expect(kinds[name][0]).toBe('GPU');
  await device('gpu:cpu');
  const { name, noGpu } = await device('auto');
  expect(name).toBe('wasm');
  expect(noGpu.map((reason) => reason.split(': ')[0])).toEqual([
    'gpu:webgpu',
    'gpu:webgl2',
    'gpu:webgl',
    'gpu:headlessgl',
  ]);
  await expect(device('gpu')).rejects.toThrow('there is no GPU here: gpu:webgpu: ');
});

it('one that is missing is no fault, and says what would give it', async () => {
  const none = await reportOf('gpu:webgpu');
  expect(none).toMatchObject({ isUsable: false, isFaulty: false, adapter: null, limits: {} });
  expect(none.reason).toBe('gpu:webgpu: Node has no WebGPU of its own; npm install webgpu gives it one');
  webGpu(async () => null);
  const empty = await reportOf('gpu:webgpu');
  expect(empty.isFaulty).toBe(false);
  expect(empty.reason).toMatch(/has no adapter: it found no GPU .*, on Linux one for Vulkan$/);
});

it('a driver that fails is a fault of its device, which hides no other, and auto goes on', async () => {
  webGpu(() => {
    throw new TypeError('the driver is in a bad mood');
  });
  const reason = 'gpu:webgpu: the driver is in a bad mood';
  expect(await reportOf('gpu:webgpu')).toMatchObject({ isUsable: false, isFaulty: true, reason });
  expect(await reportOf('wasm')).toMatchObject({ isUsable: true });
  const { name, noGpu } = await device('auto');
  expect([name, noGpu[0]]).toEqual(['wasm', reason]);
});

it('numbers that are wrong are a fault', async () => {
  const reference = createReferenceBackend({ precision: 'float32' });
  await expect(selfTest(reference)).resolves.toBeUndefined();
  const off: Backend = {
    ...reference,
    name: 'off',
    compile: (program) => ({
      run(inputs, scalars, outputs) {
        reference.compile(program).run(inputs, scalars, outputs);
        outputs[0]!.data![2]!++;
      },
    }),
  };
  const error = await selfTest(off).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(FaultyDeviceError);
  expect(error).toBeInstanceOf(DeviceError);
  expect((error as Error).message).toMatch(/^off computes wrong: .* came out as 4.5, 0.5, 10.5$/);
});

it('so is a kernel that cannot be compiled on a device that opened', async () => {
  const reference = createReferenceBackend({ precision: 'float32' });
  const compile = (): never => {
    throw new DeviceError('no shader today');
  };
  await expect(selfTest({ ...reference, compile })).rejects.toThrow(new FaultyDeviceError('no shader today'));
});
