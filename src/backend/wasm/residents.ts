import { allocate, type ComputeType, type TypedArray } from '../../core/dtype';
import type { Cell, Resident } from '../../graph/node';
import type { EngineMemory } from './memory';

/** Bytes that values may keep between runs before the least recently used are moved out into ordinary arrays. */
const budget = 128 * 2 ** 20;

/** One value that stays in the engine's memory from run to run. */
class Block implements Resident {
  usedIn = 0;
  constructor(
    readonly address: number,
    readonly bytes: number,
    readonly dtype: ComputeType,
    readonly size: number,
    /** Whose value it is; weak, so that what nobody holds any more is collected, block and all. */
    readonly cell: WeakRef<Cell>,
    private readonly owner: Residents,
  ) {}
  read(): TypedArray {
    return this.owner.copyOut(this.address, this.dtype, this.size);
  }
  release(): void {
    this.owner.release(this);
  }
}

/** The values that stay, oldest use first; memory owned by the program's user, never by the program. */
export class Residents {
  readonly #blocks = new Set<Block>();
  #bytes = 0;
  #run = 0;
  #workingSet = 0;
  // The token is the block, which holds its cell weakly: the finaliser reaches no data.
  readonly #collected = new FinalizationRegistry<Block>((block) => this.release(block));

  constructor(private readonly memory: EngineMemory) {}

  /** A run begins: what it uses from here on is not moved out before it ends. */
  begin(): void {
    this.#run++;
    this.#workingSet = 0;
  }

  /** Where a resident value lies, noted as used; undefined for one of another memory. */
  use(resident: Resident): number {
    const block = resident as Block;
    if (block.usedIn === this.#run) return block.address;
    this.#touch(block);
    this.#blocks.delete(block);
    this.#blocks.add(block);
    return block.address;
  }
  #touch(block: Block): void {
    block.usedIn = this.#run;
    this.#workingSet += block.bytes;
  }

  /** Room for a value that will stay. The cell gets it once the run has succeeded. */
  reserve(cell: Cell, dtype: ComputeType, size: number, name: string): Block {
    const bytes = 4 * size;
    this.#makeRoom(bytes);
    const block = new Block(this.memory.allocate(bytes, name), bytes, dtype, size, new WeakRef(cell), this);
    this.#blocks.add(block);
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
    if (!this.#blocks.delete(block)) return;
    this.#collected.unregister(block);
    this.#bytes -= block.bytes;
    this.memory.free(block.address);
  }

  #makeRoom(bytes: number): void {
    const limit = Math.max(budget, 2 * this.#workingSet);
    for (const block of this.#blocks) {
      if (this.#bytes + bytes <= limit || block.usedIn === this.#run) return;
      this.#moveOut(block);
    }
  }
  #moveOut(block: Block): void {
    const cell = block.cell.deref();
    if (cell) {
      cell.data ??= block.read();
      cell.resident = null;
    }
    this.release(block);
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
