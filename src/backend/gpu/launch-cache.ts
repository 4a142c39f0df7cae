import { product } from '../../core/shape';
import { kernelKey, kernelType, type PlainKernel } from '../../kernels/kernels';
import type { Device, Launch } from './device';
import { printKernel } from './print-kernel';
import { slots } from './storage';

/** In webasm mode each compiled kernel has a memory of its own. */
const limit = 512;

/** Compiled kernels by what they compute; the one used longest ago goes first. */
export class LaunchCache {
  private readonly byKey = new Map<string, Launch>();

  constructor(private readonly device: Device) {}

  find(kernel: PlainKernel, name: string): Launch {
    const key = kernelKey(kernel);
    const launch = this.byKey.get(key) ?? this.compile(kernel, name);
    this.byKey.delete(key);
    this.byKey.set(key, launch);
    if (this.byKey.size > limit) this.dropOldest();
    return launch;
  }

  get size(): number {
    return this.byKey.size;
  }

  private compile(kernel: PlainKernel, name: string): Launch {
    const size = product(kernel.dims) * slots(kernelType(kernel));
    return this.device.compile(printKernel(kernel), size, `${name} (${kernel.kind} to [${kernel.dims.join(', ')}])`);
  }

  private dropOldest(): void {
    const [key, launch] = this.byKey.entries().next().value!;
    this.byKey.delete(key);
    launch.release();
  }
}
