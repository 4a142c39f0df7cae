import type { DeviceError } from '../../../core/errors';
import type { Hardware } from '../../backend';
import type { Mode } from './gpu-js';
import { openGl } from './gl';
import { openHost } from './host';
import type { Source } from '../print/print-kernel';
import { openWebGpu } from './web-gpu';

/** Numbers where the device computes: an array in the modes of plain Node, memory of a GPU elsewhere. */
export interface Block {
  /** How many numbers, as they lie there: see `storage.ts`. */
  readonly length: number;
}

/** A compiled kernel. */
export interface Launch {
  /** Until when it cannot run; null for what can run now. */
  readonly ready: Promise<void> | null;
  /** Computes a fresh block from the inputs' blocks, the offsets of the views into them, and numbers. */
  run(blocks: readonly Block[], offsets: readonly number[], numbers: readonly number[]): Block;
  /** Gives back the memory that gpu.js holds for the kernel. */
  release(): void;
}

/** gpu.js in one mode. */
export interface Device {
  readonly mode: Mode;
  readonly hardware: Hardware;
  /** Whether values stay on the device, and take time to come back; elsewhere blocks are arrays of JavaScript. */
  readonly keepsValues: boolean;
  /** Why it answers no more; null while it does. */
  readonly lost: DeviceError | null;
  /** How many blocks a kernel may read. */
  readonly mostBlocks: number;
  /** Compiles a kernel that writes `size` numbers; `what` names it in errors. */
  compile(source: Source, size: number, what: string): Launch;
  upload(values: Float32Array): Block;
  download(block: Block): Float32Array | Promise<Float32Array>;
  copy(block: Block): Block;
  /** When the device has done all that it was given. */
  finished(): Promise<void>;
  /** Takes the block back: it is written over from now on, by what is asked for from now on. */
  give(block: Block): void;
  /** For tests. */
  readonly memory: Memory;
}

/** All that there is, and what of it waits to be used again. */
export interface Memory {
  readonly blocks: number;
  readonly bytes: number;
  readonly idleBlocks: number;
  readonly idleBytes: number;
}

export async function openDevice(mode: Mode): Promise<Device> {
  switch (mode) {
    case 'webgpu':
      return openWebGpu();
    case 'webgl2':
    case 'webgl':
    case 'headlessgl':
      return openGl(mode);
    default:
      return openHost(mode);
  }
}
