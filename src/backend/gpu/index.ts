import { DeviceError } from '../../core/errors';
import type { Backend, Program } from '../backend';
import { openDevice, type Device } from './modes/device';
import { executable, type GpuExecutable } from './executable';
import { deviceName, type Mode } from './modes/gpu-js';
import type { Fallback, Machine } from './job';
import { Journal } from './journal';
import { LaunchCache } from './launch-cache';
import { Queue } from './queue';
import { selfTest } from './self-test';

export type { Mode } from './modes/gpu-js';
export type { GpuExecutable } from './executable';
export type { Fallback } from './job';

/** Kernels printed as gpu.js source. */
export interface GpuBackend extends Backend {
  /** What it drives: for tests and `devices()`, which ask for its memory. */
  readonly device: Device;
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
  const failures: Error[] = [];
  const journal = new Journal(device, elsewhere);
  const machine: Machine = {
    device,
    journal,
    rescued(slot) {
      const data = journal.rescued(slot);
      if (data === undefined) throw device.lost ?? new DeviceError(`${deviceName(mode)}: a value is gone`);
      return data.slice();
    },
    queue: new Queue(),
    launches: new LaunchCache(device),
    elsewhere,
    fellBack: (f) => void fallbacks.set(`${f.kernel} ${f.name} ${f.reason}`, f),
    failed: (error) => void failures.push(error),
  };
  const backend: GpuBackend = {
    name: deviceName(mode),
    hardware: device.hardware,
    device,
    get fallbacks() {
      return [...fallbacks.values()];
    },
    get isLost() {
      return device.lost !== null;
    },
    compile: (program) => executable(program, machine),
    async done() {
      await machine.queue.done();
      const [first] = failures.splice(0);
      if (first !== undefined) throw first;
    },
  };
  await selfTest(backend);
  return backend;
}
