import { allocate, type ComputeType, type TypedArray } from '../../core/dtype';
import type { Cell, Resident } from '../../graph/node';
import type { EngineMemory } from './memory';

/**
 * Bytes that values may keep between runs, beyond twice what recent runs used, before the least recently used are moved
 * out into ordinary arrays. Small: in a loop that never waits, this alone gets rid of models that nobody holds any more.
 */
const budget = 8 * 2 ** 20;
/** How much of what runs used still counts after the next one. */
const memory = 0.99;

/** One value that stays in the engine's memory from run to run. */
class Block implements Resident {
  usedIn = 0;
  /** Its neighbours by last use. */
  older: Block | null = null;
  newer: Block | null = null;
  /** Whether its memory was given back. */
  gone = false;
  /** The value, once it has been moved out. */
  data: TypedArray | null = null;
  constructor(
    readonly address: number,
    readonly bytes: number,
    readonly dtype: ComputeType,
    readonly size: number,
    private readonly owner: Residents,
  ) {}
  read(): TypedArray {
    return this.data?.slice() ?? this.owner.copyOut(this.address, this.dtype, this.size);
  }
  release(): void {
    this.owner.release(this);
  }
}

/**
 * The values that stay; memory owned by the program's user, never by the program. They are linked by last use: a Set that
 * changes with every step would leave a chain of tables behind, which only a full collection gets rid of.
 */
export class Residents {
  #oldest: Block | null = null;
  #newest: Block | null = null;
  #bytes = 0;
  #run = 0;
  #workingSet = 0;
  #recentSets = 0;
  // The token is a block, which holds no data as long as it is registered. Cells are not held at all: not even by a
  // WeakRef, which would keep its cell until the next macrotask, and a loop of steps may never reach one.
  readonly #collected = new FinalizationRegistry<Block>((block) => this.release(block));

  constructor(private readonly memory: EngineMemory) {}

  /** A run begins: what it uses from here on is not moved out before it ends. */
  begin(): void {
    this.#run++;
    this.#recentSets = Math.max(this.#workingSet, memory * this.#recentSets);
    this.#workingSet = 0;
  }

  /** Where the value lies, noted as used, or where it has been moved out to. */
  use(resident: Resident): number | TypedArray {
    const block = resident as Block;
    if (block.data !== null) return block.data;
    if (block.usedIn === this.#run) return block.address;
    this.#unlink(block);
    this.#touch(block);
    return block.address;
  }
  /** Makes it the newest. */
  #touch(block: Block): void {
    block.usedIn = this.#run;
    this.#workingSet += block.bytes;
    block.older = this.#newest;
    if (this.#newest) this.#newest.newer = block;
    else this.#oldest = block;
    this.#newest = block;
  }
  #unlink(block: Block): void {
    const { older, newer } = block;
    if (older) older.newer = newer;
    else this.#oldest = newer;
    if (newer) newer.older = older;
    else this.#newest = older;
    block.older = block.newer = null;
  }

  /** Room for a value that will stay, for `settle` once the run has succeeded. */
  reserve(dtype: ComputeType, size: number, name: string): Block {
    const bytes = 4 * size;
    this.#makeRoom(bytes);
    const block = new Block(this.memory.allocate(bytes, name), bytes, dtype, size, this);
    this.#bytes += bytes;
    this.#touch(block);
    return block;
  }
  /** The value stands: from now on its memory goes when nobody holds the cell. */
  settle(block: Block, cell: Cell): void {
    cell.resident = block;
    this.#collected.register(cell, block, block);
  }

  release(block: Block): void {
    if (block.gone) return;
    block.gone = true;
    this.#unlink(block);
    this.#collected.unregister(block);
    this.#bytes -= block.bytes;
    this.memory.free(block.address, block.bytes);
  }

  #makeRoom(bytes: number): void {
    const limit = Math.max(budget, 2 * this.#recentSets, 2 * this.#workingSet);
    while (this.#bytes + bytes > limit && this.#oldest !== null && this.#oldest.usedIn !== this.#run)
      this.#moveOut(this.#oldest);
  }
  #moveOut(block: Block): void {
    const data = block.read();
    this.release(block);
    block.data = data; // only now that the finaliser knows it no more
  }

  copyOut(address: number, dtype: ComputeType, size: number): TypedArray {
    const from = address >>> 2;
    if (dtype === 'float32') return this.memory.floats.slice(from, from + size);
    const words = this.memory.ints.subarray(from, from + size);
    const values = allocate(dtype, size);
    values.set(words);
    return values;
  }
  copyIn(values: TypedArray, dtype: ComputeType, address: number): void {
    (dtype === 'float32' ? this.memory.floats : this.memory.ints).set(values, address >>> 2);
  }
}
