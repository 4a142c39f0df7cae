import { DeviceError } from '../../../core/errors';
import { usage, type GpuBuffer, type GpuDevice } from './web-gpu-api';

/** Memory of the GPU that holds `length` numbers. */
export interface GpuBlock {
  readonly buffer: GpuBuffer;
  readonly length: number;
}

/** Bytes that wait to be used again; beyond them memory goes back to the device. */
const mostIdle = 256 * 2 ** 20;

/**
 * The memory of a GPU. What is given back serves the next block of its size: commands run in the order in which they were
 * given, so what is still to be read is read before it is written over.
 */
export class BlockPool {
  /** Why the device answers no more. */
  lost: DeviceError | null = null;
  readonly memory = { blocks: 0, bytes: 0, idleBlocks: 0, idleBytes: 0 };
  readonly #idle = new Map<number, GpuBuffer[]>();
  readonly #checks: Promise<void>[] = [];
  #failed: DeviceError | null = null;

  constructor(
    private readonly device: GpuDevice,
    private readonly name: string,
  ) {
    void device.lost.then(({ message, reason }) => {
      this.lost = new DeviceError(`${name}: the device was lost: ${message || reason || 'no reason is given'}`);
    });
  }

  /** @throws DeviceError naming `what` it is for, where it is more than the device takes or the device is lost */
  take(length: number, what: string): GpuBlock {
    if (this.lost) throw this.lost;
    const bytes = Math.max(4, 4 * length);
    const buffer = this.#idle.get(bytes)?.pop();
    if (buffer) this.#countIdle(-1, bytes);
    return { buffer: buffer ?? this.#create(bytes, what), length };
  }

  give({ buffer }: GpuBlock): void {
    if (this.memory.idleBytes + buffer.size > mostIdle) return this.#destroy(buffer);
    this.#countIdle(1, buffer.size);
    const list = this.#idle.get(buffer.size);
    if (list) list.push(buffer);
    else this.#idle.set(buffer.size, [buffer]);
  }

  /** Waits until the device has said of all memory asked for so far whether there was some. @throws DeviceError */
  async check(): Promise<void> {
    await Promise.all(this.#checks.splice(0));
    if (this.#failed) throw this.#failed;
  }

  #create(bytes: number, what: string): GpuBuffer {
    const { maxStorageBufferBindingSize, maxBufferSize } = this.device.limits;
    const most = Math.min(maxStorageBufferBindingSize, maxBufferSize);
    if (bytes > most)
      throw new DeviceError(
        `${this.name}: ${what} takes ${bytes} bytes; the device holds at most ${most} in one piece`,
      );
    this.device.pushErrorScope('out-of-memory');
    const buffer = this.device.createBuffer({
      size: bytes,
      usage: usage.storage | usage.copySource | usage.copyDestination,
    });
    this.#checks.push(this.#checked(this.device.popErrorScope(), bytes, what));
    buffer._refs = 1;
    this.memory.blocks++;
    this.memory.bytes += bytes;
    return buffer;
  }

  async #checked(scope: Promise<{ readonly message: string } | null>, bytes: number, what: string): Promise<void> {
    const error = await scope.catch(() => null); // a lost device says so by itself
    if (error)
      this.#failed ??= new DeviceError(`${this.name}: no memory for ${what} (${bytes} bytes): ${error.message}`);
  }

  #destroy(buffer: GpuBuffer): void {
    this.memory.blocks--;
    this.memory.bytes -= buffer.size;
    buffer.destroy();
  }

  #countIdle(blocks: 1 | -1, bytes: number): void {
    this.memory.idleBlocks += blocks;
    this.memory.idleBytes += blocks * bytes;
  }
}
