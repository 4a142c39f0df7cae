import type * as gpuJs from 'gpu.js';
import { DeviceError, FaultyDeviceError } from '../../../core/errors';
import type { Hardware } from '../../backend';
import { BlockPool, type GpuBlock } from './block-pool';
import type { Block, Device, Launch } from './device';
import { checkMode, createKernel, deviceName, failure, loadGpuJs } from './gpu-js';
import type { Source } from '../print/print-kernel';
import { isSoftwareRenderer } from './software-renderer';
import {
  mapRead,
  usage,
  type GpuAdapter,
  type GpuBuffer,
  type GpuDevice,
  type GpuEntry,
  type WebGpuKernel,
} from './web-gpu-api';

const mode = 'webgpu';
const name = deviceName(mode);

/** The mode of a real GPU: kernels take time to compile, and values to come back. */
export async function openWebGpu(): Promise<Device> {
  await findWebGpu();
  const { GPU } = await loadGpuJs();
  const gpu = new GPU({ mode });
  const { device, adapter } = await contextOf(gpu);
  const pool = new BlockPool(device, name);
  return {
    mode,
    hardware: hardwareOf(adapter, device),
    keepsValues: true,
    get lost() {
      return pool.lost;
    },
    // one of the eight that any device has is for the result; gpu.js asks for no more than every device has
    mostBlocks: 7,
    memory: pool.memory,
    compile: (source, size, what) => compile(gpu, source, pool, { size, what }),
    upload: (values) => upload(device, pool, values),
    download: (block) => download(device, pool, block as GpuBlock),
    finished: () => device.queue.onSubmittedWorkDone(),
    copy: (block) => copy(device, pool, block as GpuBlock),
    give: (block) => pool.give(block as GpuBlock),
  };
}

/** Sees to it that `navigator.gpu` is there, and that an adapter is. */
async function findWebGpu(): Promise<void> {
  const gpu = await entry();
  if ((await gpu.requestAdapter()) !== null) return;
  const reason = 'it found no GPU with a driver that it takes, on Linux one for Vulkan';
  throw new DeviceError(`${name}: WebGPU is here, but has no adapter: ${reason}`);
}

/** Browsers have it, Node has it where the package `webgpu` is installed. */
async function entry(): Promise<GpuEntry> {
  const scope = globalThis as { navigator?: { gpu?: GpuEntry } };
  if (scope.navigator?.gpu) return scope.navigator.gpu;
  if (typeof process === 'undefined' || !process.versions?.node)
    throw new DeviceError(`${name}: this browser has no WebGPU, or not for this page: it needs https or localhost`);
  const { create, globals } = await nodeWebGpu();
  Object.assign(globalThis, globals);
  scope.navigator ??= {};
  const gpu = create([]);
  Object.defineProperty(scope.navigator, 'gpu', { value: gpu, configurable: true });
  return gpu;
}

interface NodeWebGpu {
  create(options: string[]): GpuEntry;
  readonly globals: object;
}

/** The package is a parameter, and marked, since no bundler is to look for it. */
async function nodeWebGpu(packageName = 'webgpu'): Promise<NodeWebGpu> {
  const importing = import(/* webpackIgnore: true */ /* @vite-ignore */ packageName);
  const loaded = (await importing.catch(absent)) as Partial<NodeWebGpu> & { default?: NodeWebGpu };
  const found = loaded.create ? (loaded as NodeWebGpu) : loaded.default;
  if (typeof found?.create === 'function') return found;
  throw new DeviceError(`${name}: Node has no WebGPU of its own; npm install webgpu gives it one`);
}

/** A package that is not there is nothing; one that is there and fails, as where its binary is missing, is a fault. */
function absent(error: Error & { readonly code?: string }): object {
  const [reason] = error.message.split('\n');
  if (error.code?.endsWith('MODULE_NOT_FOUND') && reason.includes(`'webgpu'`)) return {};
  throw new FaultyDeviceError(`${name}: the package webgpu is installed and does not load: ${reason}`);
}

/** gpu.js opens one device for all its kernels when it builds the first. */
async function contextOf(gpu: gpuJs.GPU): Promise<WebGpuKernel['context']> {
  const source: Source = {
    text: 'function () { return 1; }',
    buffers: [],
    offsets: [],
    numbers: [],
    functions: [],
    results: 1,
  };
  const kernel = createKernel(gpu, source, 1, { bufferType: 'WebGPUBuffer', pipeline: true });
  const raw = kernel.kernel as unknown as WebGpuKernel;
  try {
    await raw.build();
  } catch (error) {
    throw new DeviceError(`${name}: ${(error as Error).message}`);
  }
  const { context } = raw;
  kernel.destroy();
  return context;
}

function hardwareOf({ info, isFallbackAdapter }: GpuAdapter, { limits }: GpuDevice): Hardware {
  const { vendor = '', architecture = '', device = '', description = '' } = info ?? {};
  const adapter = [vendor, architecture, device, description].filter(Boolean).join(', ') || 'an adapter without a name';
  const { maxBufferSize, maxStorageBufferBindingSize } = limits;
  return {
    adapter,
    isSoftware: isFallbackAdapter === true || info?.isFallbackAdapter === true || isSoftwareRenderer(adapter),
    limits: { maxBufferSize, maxStorageBufferBindingSize },
  };
}

function compile(
  gpu: gpuJs.GPU,
  source: Source,
  pool: BlockPool,
  { size, what }: { size: number; what: string },
): Launch {
  const kernel = createKernel(gpu, source, size, { bufferType: 'WebGPUBuffer', pipeline: true });
  const raw = kernel.kernel as unknown as WebGpuKernel;
  let ready: Promise<void> | null = build(raw, source, what).then(() => {
    checkMode(kernel, mode, what);
    takeOutput(raw)?.destroy(); // blocks are the pool's
    ready = null;
  });
  return {
    get ready() {
      return ready;
    },
    run: (blocks, offsets, numbers) =>
      run(raw, blocks as readonly GpuBlock[], [...offsets, ...numbers], { pool, size, what }),
    release: () => kernel.destroy(),
  };
}

async function build(raw: WebGpuKernel, source: Source, what: string): Promise<void> {
  const stand = source.buffers.map(() => ({ type: 'WebGPUBuffer', output: [1] }));
  try {
    await raw.build(...stand, ...source.offsets.map(() => 0), ...source.numbers.map(() => 0));
  } catch (error) {
    throw failure(mode, `${what}:`, (error as Error).message);
  }
}

function takeOutput(raw: WebGpuKernel) {
  const { outputBuffer } = raw;
  raw.outputBuffer = null;
  return outputBuffer;
}

function run(
  raw: WebGpuKernel,
  blocks: readonly GpuBlock[],
  rest: readonly number[],
  { pool, size, what }: { pool: BlockPool; size: number; what: string },
): Block {
  const block = pool.take(size, what);
  raw.outputBuffer = block.buffer;
  raw.bindGroupDirty = true;
  const handles = blocks.map(({ buffer, length }) => ({
    buffer,
    output: [length],
    componentCount: 1,
    context: raw.context,
  }));
  try {
    void raw.run(...handles, ...rest);
  } catch (error) {
    throw failure(mode, `${what}:`, (error as Error).message);
  } finally {
    raw.outputBuffer = null; // what it computed is not to go when the kernel does
  }
  return block;
}

function upload(device: GpuDevice, pool: BlockPool, values: Float32Array): GpuBlock {
  const block = pool.take(values.length, `an input of ${values.length} numbers`);
  device.queue.writeBuffer(block.buffer, 0, values);
  return block;
}

function copy(device: GpuDevice, pool: BlockPool, { buffer, length }: GpuBlock): GpuBlock {
  const block = pool.take(length, `a copy of ${length} numbers`);
  move(device, buffer, block.buffer);
  return block;
}

function move(device: GpuDevice, from: GpuBuffer, to: GpuBuffer): void {
  const commands = device.createCommandEncoder();
  commands.copyBufferToBuffer(from, 0, to, 0, to.size);
  device.queue.submit([commands.finish()]);
}

async function download(device: GpuDevice, pool: BlockPool, { buffer, length }: GpuBlock): Promise<Float32Array> {
  const bytes = Math.max(4, 4 * length);
  const staging = device.createBuffer({ size: bytes, usage: usage.mapRead | usage.copyDestination });
  try {
    move(device, buffer, staging);
    await staging.mapAsync(mapRead);
    await pool.check();
    return new Float32Array(staging.getMappedRange().slice(0, 4 * length));
  } catch (error) {
    throw pool.lost ?? (error instanceof DeviceError ? error : new DeviceError(`${name}: ${(error as Error).message}`));
  } finally {
    staging.destroy();
  }
}
