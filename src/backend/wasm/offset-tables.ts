import { product } from '../../core/shape';
import type { EngineMemory } from './memory';

/** Axes that are walked as one, the last one fastest: how many elements each has and how far they are from each other. */
export type Path = readonly { readonly size: number; readonly stride: number }[];

/** Bytes of tables beyond which all are made anew. */
const most = 2 ** 25;

/**
 * Tables in the engine's memory of how many bytes each element along a path is away from the first: products read through
 * them, so that it does not matter how many axes their rows, columns and depth are made of.
 */
export class OffsetTables {
  readonly #known = new Map<string, { address: number; bytes: number }>();
  #bytes = 0;
  /** Grows whenever addresses change. */
  generation = 0;

  constructor(private readonly memory: EngineMemory) {}

  address(path: Path): number {
    return this.table(keyOf(path), () => offsets(path));
  }

  /** Where that table is, which is made if it is not there; keys of paths are numbers. */
  table(key: string, make: () => Int32Array): number {
    const known = this.#known.get(key);
    if (known) return known.address;
    const table = make();
    const bytes = table.byteLength;
    const address = this.memory.allocate(bytes, 'how a product walks through its factors');
    this.memory.ints.set(table, address / 4);
    this.#known.set(key, { address, bytes });
    this.#bytes += bytes;
    return address;
  }

  /** Gives back what has become too much; not while anything runs. */
  tidy(): void {
    if (this.#bytes <= most) return;
    for (const { address, bytes } of this.#known.values()) this.memory.free(address, bytes);
    this.#known.clear();
    this.#bytes = 0;
    this.generation++;
  }
}

export const keyOf = (path: Path): string => path.map(({ size, stride }) => `${size}:${stride}`).join();

export function offsets(path: Path): Int32Array {
  const out = new Int32Array(product(path.map(({ size }) => size)));
  let filled = 1;
  for (const { size, stride } of path) {
    // from behind, since what is there is read while it is spread
    for (let at = filled - 1; at >= 0; at--) {
      const start = out[at];
      for (let i = size - 1; i >= 0; i--) out[at * size + i] = start + 4 * stride * i;
    }
    filled *= size;
  }
  return out;
}
