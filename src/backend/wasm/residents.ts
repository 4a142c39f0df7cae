import { allocateUnfilled, type ComputeType, type TypedArray } from '../../core/dtype';
import type { Cell, Resident } from '../../graph/node';
import type { EngineMemory } from './memory';

/** Elements from which on a value stays in the engine's memory. Smaller ones are copied sooner than they are kept book of. */
export const residence = { smallest: 1024 };

/**
 * Bytes that values may keep between runs, beyond twice what recent runs used, before the least recently used are moved
 * out into ordinary arrays. Small: in a loop that never waits, this alone gets rid of models that nobody holds any more.
 */
const budget = 2 * 2 ** 20;
/** Up to so many elements a loop copies faster than `set` with a view made for it. */
const few = 1024;
/** How much of what runs used still counts after the next one. */
const memory = 0.99;

/** A piece of the engine's memory, between its neighbours by last use. */
class Block {
  usedIn = 0;
  older: Block | null = null;
  newer: Block | null = null;
  holder: Held | null = null;
  constructor(
    readonly address: number,
    readonly bytes: number,
    readonly dtype: ComputeType,
    readonly size: number,
  ) {}
}

/** A value that stays from run to run: in a block, or moved out. */
class Held implements Resident {
  data: TypedArray | null = null;
  watched = false;
  constructor(
    public block: Block | null,
    private readonly owner: Residents,
  ) {
    this.block!.holder = this;
  }
  read(): TypedArray {
    return this.block ? this.owner.copyOut(this.block.address, this.block.dtype, this.block.size) : this.data!.slice();
  }
  release(): void {
    this.owner.letGo(this);
    this.data = null;
  }
  watch(cell: Cell): void {
    if (!this.watched) this.owner.watch(cell, this);
  }
  become(next: Resident): void {
    const { block, data } = next as Held;
    if (this.block) this.owner.give(this.block);
    [this.block, this.data] = [block, data];
    (next as Held).block = null;
    if (block) block.holder = this;
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
  // The tokens reach no data as long as they are registered, and cells are not held at all: not even by a WeakRef, which
  // would keep its cell until the next macrotask, and a loop of steps may never reach one.
  readonly #collected = new FinalizationRegistry<Held>((held) => this.letGo(held));

  constructor(private readonly memory: EngineMemory) {}

  /** A run begins: what it uses from here on is not moved out before it ends. */
  begin(): void {
    this.#run++;
    this.#recentSets = Math.max(this.#workingSet, memory * this.#recentSets);
    this.#workingSet = 0;
  }

  /** Where the value lies, noted as used, or what it has been moved out to. */
  use(resident: Resident): number | TypedArray {
    const { block, data } = resident as Held;
    if (!block) return data!;
    if (block.usedIn !== this.#run) {
      this.#unlink(block);
      this.#touch(block);
    }
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

  /** Room for a value that will stay, for `settle` once the run has succeeded, else for `give`. */
  reserve(dtype: ComputeType, size: number, name: string): Block {
    const bytes = 4 * size;
    this.#makeRoom(bytes);
    const block = new Block(this.memory.allocate(bytes, name), bytes, dtype, size);
    this.#bytes += bytes;
    this.#touch(block);
    return block;
  }
  /** The block of a value that is to be written over, if it fits. */
  recycled(resident: Resident | null, dtype: ComputeType, size: number): Block | null {
    const block = (resident as Held | null)?.block;
    if (!block || block.size !== size || block.dtype !== dtype) return null;
    this.use(resident!);
    return block;
  }
  /** Takes the cell's array into the engine's memory. */
  adopt(cell: Cell, dtype: ComputeType, size: number): void {
    const block = this.reserve(dtype, size, `an input of ${size} ${dtype} elements`);
    this.copyIn(cell.data!, dtype, block.address);
    this.settle(block, cell);
    cell.data = null;
    this.watch(cell, block.holder!);
  }
  /** The value stands. */
  settle(block: Block, cell: Cell): void {
    if (block.holder !== null) return; // written over
    cell.resident?.release();
    cell.resident = new Held(block, this);
  }
  /** Takes a block back. */
  give(block: Block): void {
    this.#unlink(block);
    this.#bytes -= block.bytes;
    this.memory.free(block.address, block.bytes);
  }
  watch(cell: Cell, held: Held): void {
    held.watched = true;
    this.#collected.register(cell, held, held);
  }
  /** The value's memory goes. */
  letGo(held: Held): void {
    if (held.watched) this.#collected.unregister(held);
    held.watched = false;
    if (held.block) this.give(held.block);
    held.block = null;
  }

  #makeRoom(bytes: number): void {
    const limit = Math.max(budget, 2 * this.#recentSets, 2 * this.#workingSet);
    while (this.#bytes + bytes > limit && this.#oldest !== null && this.#oldest.usedIn !== this.#run)
      this.#moveOut(this.#oldest.holder!);
  }
  #moveOut(held: Held): void {
    const data = held.read();
    this.letGo(held);
    held.data = data; // only now that the finaliser knows it no more
  }

  /** The values as an array, in `into` where one is given that fits. */
  copyOut(address: number, dtype: ComputeType, size: number, into: TypedArray | null = null): TypedArray {
    const values = into?.length === size ? into : allocateUnfilled(dtype, size);
    const from = address >>> 2;
    const words = dtype === 'float32' ? this.memory.floats : this.memory.ints;
    if (size > few) values.set(words.subarray(from, from + size));
    else for (let i = 0; i < size; i++) values[i] = words[from + i];
    return values;
  }
  copyIn(values: TypedArray, dtype: ComputeType, address: number): void {
    (dtype === 'float32' ? this.memory.floats : this.memory.ints).set(values, address >>> 2);
  }
}
