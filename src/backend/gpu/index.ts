import type { Backend, Program } from '../backend';
import { deviceName, openDevice, type Mode } from './device';
import { executable, type Fallback, type GpuExecutable } from './executable';
import { LaunchCache } from './launch-cache';
import { selfTest } from './self-test';

export type { Mode } from './device';
export type { Fallback, GpuExecutable } from './executable';

/** Kernels printed as gpu.js source. */
export interface GpuBackend extends Backend {
  /** What its mode could not run, and who did: each kind of kernel, name and reason once. */
  readonly fallbacks: readonly Fallback[];
  compile(program: Program): GpuExecutable;
}

/**
 * Loads gpu.js and checks that it computes in `mode`, in which every kernel then runs; those that the mode cannot run go
 * to `elsewhere` and are listed in `fallbacks`.
 * @throws DeviceError where gpu.js has no such mode here or another one ran
 */
export async function createGpuBackend(mode: Mode, elsewhere: Backend): Promise<GpuBackend> {
  const device = await openDevice(mode);
  const fallbacks = new Map<string, Fallback>();
  const machine = {
    mode,
    launches: new LaunchCache(device),
    elsewhere,
    fellBack: (f: Fallback) => void fallbacks.set(`${f.kernel} ${f.name} ${f.reason}`, f),
  };
  const backend: GpuBackend = {
    name: deviceName(mode),
    get fallbacks() {
      return [...fallbacks.values()];
    },
    compile: (program) => executable(program, machine),
  };
  selfTest(backend);
  return backend;
}
