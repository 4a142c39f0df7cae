import type { GpuBackend } from '../../../src/backend/gpu';
import { backendOf } from '../../../src/plan';

/** What a device was asked for. */
export interface Counts {
  uploads: number;
  downloads: number;
  copies: number;
  /** Kernels handed to the device. */
  launches: number;
  /** Kernels of the plans that ran. */
  planned: number;
}

/** Counts from now on what is asked of the device, which is open. */
export function counters(name: string): Counts {
  const counts: Counts = { uploads: 0, downloads: 0, copies: 0, launches: 0, planned: 0 };
  const backend = backendOf(name) as GpuBackend;
  const { device } = backend;
  counted(device, 'upload', () => void counts.uploads++);
  counted(device, 'download', () => void counts.downloads++);
  counted(device, 'copy', () => void counts.copies++);
  counted(device, 'compile', (launch) => counted(launch, 'run', () => void counts.launches++));
  counted(backend, 'compile', (executable) =>
    counted(executable, 'run', () => void (counts.planned += executable.ranOn.length)),
  );
  return counts;
}

type Method = (...args: any[]) => any;

/** Tells of every call of a method, with its result. */
export function counted<T, K extends keyof T>(on: T, name: K, told: T[K] extends Method ? (result: ReturnType<T[K]>) => void : never): void; // prettier-ignore
export function counted(on: Record<string, Method>, name: string, told: (result: unknown) => void): void {
  const method = on[name].bind(on);
  on[name] = (...args) => {
    const result: unknown = method(...args);
    told(result);
    return result;
  };
}
