import type * as gpuJs from 'gpu.js';
import { DeviceError } from '../../../core/errors';
import type { Source } from '../print/print-kernel';
import type { ScalarFunction } from '../print/scalar-function';

/** The modes of gpu.js that compute on the CPU, in plain Node, and answer at once. */
export type HostMode = 'cpu' | 'webasm';
/** Those of GL: in a browser, and in Node without a screen. */
export type GlMode = 'webgl2' | 'webgl' | 'headlessgl';
/** All of them; webgpu is a GPU in its own time. */
export type Mode = HostMode | GlMode | 'webgpu';

/** Whether it has WebGL 1 alone, whose language, GLSL ES 1.00, has no bitwise operators. */
export const isWebGl1 = (mode: Mode): boolean => mode === 'webgl' || mode === 'headlessgl';

/** What the mode is called as a device. */
export const deviceName = (mode: Mode): string => `gpu:${mode}`;

/** Loads gpu.js, which is large, now that somebody wants it. */
export async function loadGpuJs(): Promise<typeof gpuJs> {
  const loaded = await import('gpu.js');
  // what of a CommonJS module an ES module sees by name depends on who bundled it
  return 'GPU' in loaded ? loaded : (loaded as { default: typeof gpuJs }).default;
}

/** No loop is to end early: at its default of 1000 gpu.js cuts longer ones off without a word. */
const loopMaxIterations = 2 ** 31 - 1;

/** The kernel of a source that writes `size` numbers; its buffers are of the type that the mode has for them. */
export function createKernel(
  gpu: gpuJs.GPU,
  source: Source,
  size: number,
  settings: gpuJs.IGPUKernelSettings & { readonly bufferType: string },
): gpuJs.IKernelRunShortcut {
  const { bufferType, ...rest } = settings;
  const argumentTypes: Record<string, gpuJs.GPUVariableType> = {};
  for (const name of source.buffers) argumentTypes[name] = bufferType as gpuJs.GPUVariableType;
  for (const name of source.offsets) argumentTypes[name] = 'Integer';
  for (const { name, type } of source.numbers) argumentTypes[name] = type === 'int32' ? 'Integer' : 'Float';
  const kernel = gpu.createKernel(source.text, {
    output: [size / source.results],
    precision: 'single',
    argumentTypes,
    ...rest,
  });
  kernel.setLoopMaxIterations(loopMaxIterations).setFunctions(source.functions.filter(({ isNative }) => !isNative));
  const native = kernel as unknown as { setNativeFunctions(list: readonly ScalarFunction[]): void };
  native.setNativeFunctions(source.functions.filter(({ isNative }) => isNative));
  return kernel;
}

/** gpu.js may move a kernel to its cpu mode by itself; here that is an error. */
export function checkMode(kernel: gpuJs.IKernelRunShortcut, mode: Mode, what: string): void {
  const { fallbackReason } = kernel.kernel;
  const ran = (kernel.kernel.constructor as unknown as { mode: string }).mode;
  if (ran === (mode === 'webgl2' || isWebGl1(mode) ? 'gpu' : mode) && !fallbackReason) return;
  throw failure(mode, what, `ran in mode '${ran}': ${fallbackReason ?? 'gpu.js gives no reason'}`);
}

export function failure(mode: Mode, what: string, reason: string): DeviceError {
  return new DeviceError(`${deviceName(mode)}: ${what} ${reason}`);
}
