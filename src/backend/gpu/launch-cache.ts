import { product } from '../../core/shape';
import { kernelKey, kernelType, type PlainKernel } from '../../kernels/kernels';
import type { Device, Launch } from './modes/device';
import { printKernel } from './print/print-kernel';
import { slots } from './storage';

/** In webasm mode each compiled kernel has a memory of its own; those of a GPU are small. */
const limits = { host: 512, device: 4096 };

/** What is to be compiled: a kernel, which of its inputs are single numbers, and its name for errors. */
export interface Wanted {
  readonly key: string;
  readonly kernel: PlainKernel;
  readonly isNumber: readonly boolean[];
  readonly name: string;
}

export function wanted(kernel: PlainKernel, name: string, isNumber: readonly boolean[] = []): Wanted {
  return { key: `${kernelKey(kernel)}|${isNumber.map(Number).join('')}`, kernel, isNumber, name };
}

/** Compiled kernels by what they compute; those used longest ago go first. */
export class LaunchCache {
  readonly #byKey = new Map<string, Launch>();

  constructor(private readonly device: Device) {}

  /** One for each; all of them stand until the next call. */
  find(list: readonly Wanted[]): Launch[] {
    const launches = list.map((one) => this.#touch(one));
    const limit = Math.max(list.length, this.device.keepsValues ? limits.device : limits.host);
    while (this.#byKey.size > limit) this.#dropOldest();
    return launches;
  }

  get size(): number {
    return this.#byKey.size;
  }

  #touch(one: Wanted): Launch {
    const launch = this.#byKey.get(one.key) ?? this.#compile(one);
    this.#byKey.delete(one.key);
    this.#byKey.set(one.key, launch);
    return launch;
  }

  #compile({ kernel, isNumber, name }: Wanted): Launch {
    const size = product(kernel.dims) * slots(kernelType(kernel));
    const what = `${name} (${kernel.kind} to [${kernel.dims.join(', ')}])`;
    return this.device.compile(printKernel(kernel, this.device.mode, isNumber), size, what);
  }

  #dropOldest(): void {
    const [key, launch] = this.#byKey.entries().next().value!;
    this.#byKey.delete(key);
    launch.release();
  }
}
