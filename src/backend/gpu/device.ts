import type * as gpuJs from 'gpu.js';
import { DeviceError } from '../../core/errors';
import type { Source } from './print-kernel';

/** The modes of gpu.js that run in plain Node and answer at once; what runs there is printed as for a GPU. */
export type Mode = 'cpu' | 'webasm';

/** What the mode is called as a device. */
export const deviceName = (mode: Mode): string => `gpu:${mode}`;

/** A compiled kernel. */
export interface Launch {
  /** Computes a fresh buffer from the inputs' buffers and the offsets of the views into them. */
  run(buffers: readonly Float32Array[], offsets: readonly number[]): Float32Array;
  /** Gives back the memory that gpu.js holds for the kernel. */
  release(): void;
}

/** gpu.js in one mode. */
export interface Device {
  readonly mode: Mode;
  /** Compiles a kernel that writes `size` numbers; `what` names it in errors. */
  compile(source: Source, size: number, what: string): Launch;
}

/** No loop is to end early: at its default of 1000 gpu.js cuts longer ones off without a word. */
const loopMaxIterations = 2 ** 31 - 1;

/** Loads gpu.js, which is large, now that somebody wants it. */
export async function openDevice(mode: Mode): Promise<Device> {
  const loaded = await import('gpu.js');
  // what of a CommonJS module an ES module sees by name depends on who bundled it
  const { GPU: Gpu } = 'GPU' in loaded ? loaded : (loaded as { default: typeof gpuJs }).default;
  const gpu = new Gpu({ mode });
  return { mode, compile: (source, size, what) => compile(gpu, mode, source, { size, what }) };
}

function compile(gpu: gpuJs.GPU, mode: Mode, source: Source, { size, what }: { size: number; what: string }): Launch {
  const argumentTypes: Record<string, gpuJs.GPUVariableType> = {};
  for (const name of source.buffers) argumentTypes[name] = 'Array';
  for (const name of source.offsets) argumentTypes[name] = 'Integer';
  const kernel = gpu.createKernel(source.text, {
    output: [size],
    precision: 'single',
    dynamicArguments: true,
    argumentTypes,
  });
  kernel.setLoopMaxIterations(loopMaxIterations).setFunctions(source.functions);
  return {
    run: (buffers, offsets) => launch(kernel, mode, [...buffers.map(nonEmpty), ...offsets], what),
    release: () => release(gpu, kernel),
  };
}

/** gpu.js takes no empty array; nothing is read from one. */
const nothing = new Float32Array(2);
const nonEmpty = (buffer: Float32Array) => (buffer.length === 0 ? nothing : buffer);

function launch(
  kernel: gpuJs.IKernelRunShortcut,
  mode: Mode,
  args: (Float32Array | number)[],
  what: string,
): Float32Array {
  let out: unknown;
  try {
    out = kernel(...args);
  } catch (error) {
    throw new DeviceError(`${deviceName(mode)}: ${what}: ${(error as Error).message}`);
  }
  checkMode(kernel, mode, what);
  if (!(out instanceof Float32Array)) throw new DeviceError(`${deviceName(mode)}: ${what} gave no plain numbers back`);
  return out;
}

/** gpu.js may move a kernel to its cpu mode by itself; here that is an error. */
export function checkMode(kernel: gpuJs.IKernelRunShortcut, mode: Mode, what: string): void {
  const { fallbackReason } = kernel.kernel;
  const ran = (kernel.kernel.constructor as unknown as { mode: string }).mode;
  if (ran === mode && !fallbackReason) return;
  throw new DeviceError(
    `${deviceName(mode)}: ${what} ran in mode '${ran}': ${fallbackReason ?? 'gpu.js gives no reason'}`,
  );
}

function release(gpu: gpuJs.GPU, kernel: gpuJs.IKernelRunShortcut): void {
  const { kernels } = gpu as unknown as { kernels: unknown[] };
  const at = kernels.indexOf(kernel.kernel); // in cpu mode destroy() leaves it there
  kernel.destroy();
  if (kernels[at] === kernel.kernel) kernels.splice(at, 1);
}
