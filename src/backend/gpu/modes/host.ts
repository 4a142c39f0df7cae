import type * as gpuJs from 'gpu.js';
import type { Block, Device, Launch } from './device';
import { checkMode, createKernel, failure, loadGpuJs, type HostMode } from './gpu-js';
import type { Source } from '../print/print-kernel';

/** The modes of plain Node: kernels compile and run at once, and blocks are arrays. */
export async function openHost(mode: HostMode): Promise<Device> {
  const { GPU } = await loadGpuJs();
  const gpu = opened(GPU, mode);
  return {
    mode,
    hardware: { adapter: `gpu.js on the CPU, mode ${mode}`, isSoftware: true, limits: {} },
    keepsValues: false,
    lost: null,
    mostBlocks: Infinity,
    memory: { blocks: 0, bytes: 0, idleBlocks: 0, idleBytes: 0 },
    compile: (source, size, what) => compile(gpu, mode, source, { size, what }),
    upload: (values) => values,
    download: (block) => block as Float32Array,
    finished: () => Promise.resolve(),
    copy: (block) => (block as Float32Array).slice(),
    give: () => undefined,
  };
}

function opened(Gpu: typeof gpuJs.GPU, mode: HostMode): gpuJs.GPU {
  try {
    return new Gpu({ mode });
  } catch (error) {
    throw failure(mode, 'gpu.js does not have it here:', (error as Error).message);
  }
}

function compile(
  gpu: gpuJs.GPU,
  mode: HostMode,
  source: Source,
  { size, what }: { size: number; what: string },
): Launch {
  const kernel = createKernel(gpu, source, size, { bufferType: 'Array', dynamicArguments: true });
  return {
    ready: null,
    run: (blocks, offsets, numbers) => launch(kernel, mode, [...blocks.map(nonEmpty), ...offsets, ...numbers], what),
    release: () => release(gpu, kernel),
  };
}

/** gpu.js takes no empty array; nothing is read from one. */
const nothing = new Float32Array(2);
const nonEmpty = (block: Block) => (block.length === 0 ? nothing : (block as Float32Array));

function launch(
  kernel: gpuJs.IKernelRunShortcut,
  mode: HostMode,
  args: (Float32Array | number)[],
  what: string,
): Float32Array {
  let out: unknown;
  try {
    out = kernel(...args);
  } catch (error) {
    throw failure(mode, `${what}:`, (error as Error).message);
  }
  checkMode(kernel, mode, what);
  if (!(out instanceof Float32Array)) throw failure(mode, what, 'gave no plain numbers back');
  return out;
}

function release(gpu: gpuJs.GPU, kernel: gpuJs.IKernelRunShortcut): void {
  const { kernels } = gpu as unknown as { kernels: unknown[] };
  const at = kernels.indexOf(kernel.kernel); // in cpu mode destroy() leaves it there
  kernel.destroy();
  if (kernels[at] === kernel.kernel) kernels.splice(at, 1);
}
