import { DeviceError } from '../../core/errors';
import { mostPages } from './assemble';
import { threadHost } from './thread-host';

const page = 65536;
/** Vectors are read whole, so up to seven elements beyond a buffer's end are touched: no buffer ends where memory does. */
const guard = 64;

/** How many threads there can be. */
export const mostThreads = 64;
/** Where each thread has so many bytes for what does not outlive a call: at `address` the first, then one after the other. */
export const scratch = { address: 64, bytes: 16384 };

const roomFor = (bytes: number): number => Math.max(64, Math.ceil(bytes / 64) * 64);

interface Block {
  readonly start: number;
  readonly size: number;
}

/** All that there can be at once, for threads to share: untouched pages cost nothing. Null where there are no threads. */
function sharedMemory(): WebAssembly.Memory | null {
  try {
    return threadHost() ? new WebAssembly.Memory({ initial: mostPages, maximum: mostPages, shared: true }) : null;
  } catch {
    return null; // little address space
  }
}

/** The engine's one memory, and what of it is in use. */
export class EngineMemory {
  readonly memory = sharedMemory() ?? new WebAssembly.Memory({ initial: 16, maximum: mostPages });
  readonly isShared = this.memory.buffer instanceof ArrayBuffer === false;
  /** Views of all of it; made anew when it has grown. */
  floats = new Float32Array(this.memory.buffer);
  ints = new Int32Array(this.memory.buffer);
  readonly #free: Block[] = []; // by address

  constructor() {
    const start = scratch.address + scratch.bytes * (this.isShared ? mostThreads : 1);
    this.#free.push({ start, size: this.memory.buffer.byteLength - guard - start });
  }

  /** @throws DeviceError where there is not enough room, with `what` and its size in the text */
  allocate(bytes: number, what: string): number {
    const size = roomFor(bytes);
    const at = this.#find(size) ?? this.#grow(size, what);
    const { start, size: room } = this.#free[at];
    if (room === size) this.#free.splice(at, 1);
    else this.#free[at] = { start: start + size, size: room - size };
    return start;
  }

  /** Takes back what `allocate(bytes)` gave. */
  free(start: number, bytes: number): void {
    this.#insert({ start, size: roomFor(bytes) });
  }

  #find(size: number): number | undefined {
    const at = this.#free.findIndex((block) => block.size >= size);
    return at < 0 ? undefined : at;
  }

  /** Puts a block back in its place, joined with free neighbours; its position. */
  #insert({ start, size }: Block): number {
    let [low, high] = [0, this.#free.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#free[middle].start < start) low = middle + 1;
      else high = middle;
    }
    const [before, after] = [this.#free[low - 1], this.#free[low]];
    const joinsBefore = before !== undefined && before.start + before.size === start;
    const joinsAfter = after !== undefined && start + size === after.start;
    const from = joinsBefore ? before.start : start;
    const end = joinsAfter ? after.start + after.size : start + size;
    const at = joinsBefore ? low - 1 : low;
    this.#free.splice(at, Number(joinsBefore) + Number(joinsAfter), { start: from, size: end - from });
    return at;
  }

  #grow(size: number, what: string): number {
    const old = this.memory.buffer.byteLength;
    const wanted = Math.ceil(size / page) + 1;
    const [now, room] = [old / page, mostPages - old / page];
    const more = Math.max(wanted, Math.min(Math.ceil(now / 4), room));
    if (wanted > room || (!this.#growBy(more) && !this.#growBy(wanted)))
      throw new DeviceError(
        `wasm: ${what} needs ${size} bytes, and of the ${mostPages * page} that one memory can have ${old} are taken ` +
          'already or the system refuses more; use smaller batches or fewer elements',
      );
    this.floats = new Float32Array(this.memory.buffer);
    this.ints = new Int32Array(this.memory.buffer);
    return this.#insert({ start: old - guard, size: this.memory.buffer.byteLength - old });
  }
  #growBy(pages: number): boolean {
    try {
      this.memory.grow(pages);
      return true;
    } catch {
      return false;
    }
  }
}
