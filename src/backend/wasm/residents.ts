import { allocateUnfilled, type ComputeType, type TypedArray } from '../../core/dtype';
import type { Cell, Resident } from '../../graph/node';
import type { EngineMemory } from './memory';

/** Elements from which on a value stays in the engine's memory. Smaller ones are copied sooner than they are kept book of. */
export const residence = { smallest: 64 };

/**
 * Bytes that values may keep between runs, beyond twice what recent runs used, before the least recently used are moved
 * out into ordinary arrays. Small: in a loop that never waits, this alone gets rid of models that nobody holds any more.
 */
const budget = 2 * 2 ** 20;
/** Up to so many elements a loop copies sooner than `set`, which on the way out needs a view made for it. */
const few = { in: 16, out: 64 };
/** How much of that stays when something has to move. */
const kept = 0.75;
/** How much of what runs used still counts after the next one. */
const memory = 0.99;

/** A piece of the engine's memory, between its neighbours in the list of all. */
export class Block {
  usedIn = 0;
  before: Block | null = null;
  after: Block | null = null;
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
    this.block = block;
    this.data = data;
    (next as Held).block = null;
    if (block) block.holder = this;
  }
}

/**
 * The values that stay; memory owned by the program's user, never by the program. They are a linked list: a Set that changes
 * with every step would leave a chain of tables behind, which only a full collection gets rid of.
 */
export class Residents {
  #first: Block | null = null;
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
    this.#touch(block);
    return block.address;
  }
  #touch(block: Block): void {
    if (block.usedIn === this.#run) return;
    block.usedIn = this.#run;
    this.#workingSet += block.bytes;
  }
  #link(block: Block): void {
    block.after = this.#first;
    if (this.#first) this.#first.before = block;
    this.#first = block;
  }
  #unlink(block: Block): void {
    const { before, after } = block;
    if (before) before.after = after;
    else this.#first = after;
    if (after) after.before = before;
    block.before = block.after = null;
  }

  /** Where a value that will stay goes: over the one before, if that is to be written over and fits, else into new room. */
  room(recycled: Resident | null, dtype: ComputeType, size: number): Block {
    const block = (recycled as Held | null)?.block;
    if (!block || block.size !== size || block.dtype !== dtype)
      return this.reserve(dtype, size, `a value of ${size} ${dtype} elements`);
    this.#touch(block);
    return block;
  }

  /** Room for a value that will stay, for `settle` once the run has succeeded, else for `give`. */
  reserve(dtype: ComputeType, size: number, name: string): Block {
    const bytes = 4 * size;
    this.#makeRoom(bytes);
    const block = new Block(this.memory.allocate(bytes, name), bytes, dtype, size);
    this.#bytes += bytes;
    this.#link(block);
    this.#touch(block);
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
    if (this.#bytes + bytes <= limit) return;
    // more than is asked for, since it takes a look at all of them
    for (const block of this.#leastRecentlyUsed()) if (this.#bytes + bytes > kept * limit) this.#moveOut(block.holder!);
  }
  /** Those that this run has not used, the longest unused first. */
  #leastRecentlyUsed(): Block[] {
    const found: Block[] = [];
    for (let block = this.#first; block !== null; block = block.after)
      if (block.usedIn !== this.#run) found.push(block);
    return found.sort((a, b) => a.usedIn - b.usedIn);
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
    if (size > few.out) values.set(words.subarray(from, from + size));
    else for (let i = 0; i < size; i++) values[i] = words[from + i];
    return values;
  }
  copyIn(values: TypedArray, dtype: ComputeType, address: number): void {
    const to = address >>> 2;
    const words = dtype === 'float32' ? this.memory.floats : this.memory.ints;
    if (values.length > few.in) words.set(values, to);
    else for (let i = 0; i < values.length; i++) words[to + i] = values[i];
  }
}
