import { byteSize, type DType } from '../core/dtype';
import type { Tensor } from '../tensor';
import type { TensorDeclaration } from './declaration';
import { initialiserLabel } from './initialiser';
import { inventoryTable } from './inventory-text';
import { className } from './metadata';
import { isPending } from './pending';
import { walk, type BufferEntry, type ParameterEntry } from './walk';

/** One parameter or buffer of an {@link Inventory}. */
export interface InventoryEntry {
  readonly path: string;
  readonly kind: 'parameter' | 'buffer';
  /** The class whose body declared it, or that holds it by hand. */
  readonly declaredBy: string;
  /** `'?'` stands for a size that the first forward decides. */
  readonly shape: readonly (number | '?')[];
  readonly dtype: DType;
  /** Elements; null until all sizes are known. */
  readonly count: number | null;
  readonly bytes: number | null;
  readonly trainable: boolean;
  readonly persistent: boolean;
  readonly group: string | null;
  readonly initialiser: string | null;
  readonly doc: string | null;
  /** The other paths of a tied tensor. */
  readonly tied: readonly string[];
}

/** Sums over an inventory, each tied tensor counted once; tensors that wait for their sizes count nothing. */
export interface InventoryTotals {
  readonly parameters: number;
  readonly trainable: number;
  readonly buffers: number;
  readonly bytes: number;
}

/** Every parameter and buffer of a model, in the order of its tree. */
export class Inventory {
  constructor(
    readonly entries: readonly InventoryEntry[],
    readonly totals: InventoryTotals,
  ) {}

  /** A table for people. */
  toString(): string {
    return inventoryTable(this, 'text');
  }
  toMarkdown(): string {
    return inventoryTable(this, 'markdown');
  }
  /** One line per entry, with a header; RFC 4180. */
  toCSV(): string {
    return inventoryTable(this, 'csv');
  }
  /** Plain data, for {@link compareInventories} to read. Minifiers change the names in `declaredBy`, and nothing else. */
  toJSON(): { entries: readonly InventoryEntry[]; totals: InventoryTotals } {
    return { entries: this.entries, totals: this.totals };
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/**
 * The generated inventory of a module: per parameter and buffer its path, kind, declaring class, shape, dtype, element
 * count, bytes, whether it is trained, its group, initialiser and the paths it is tied to; totals count each tensor once.
 * @example console.log(String(inventory(model)));
 */
export function inventory(module: object): Inventory {
  const entries = walk(module).filter((entry) => entry.kind !== 'module').map(toEntry); // prettier-ignore
  const sum = (of: (entry: InventoryEntry) => number | null, which: (entry: InventoryEntry) => boolean): number =>
    entries.filter(which).reduce((total, entry) => total + (of(entry) ?? 0), 0);
  return new Inventory(entries, {
    parameters: sum((entry) => entry.count, (entry) => entry.kind === 'parameter'), // prettier-ignore
    trainable: sum((entry) => entry.count, (entry) => entry.trainable), // prettier-ignore
    buffers: sum((entry) => entry.count, (entry) => entry.kind === 'buffer'), // prettier-ignore
    bytes: sum((entry) => entry.bytes, () => true), // prettier-ignore
  });
}

function toEntry({ kind, value, path, places }: ParameterEntry | BufferEntry): InventoryEntry {
  const [first, ...others] = places;
  const declaration = first.declared?.declaration as TensorDeclaration | undefined;
  const options: { group?: string; doc?: string; persistent?: boolean } = declaration?.options ?? {};
  const count = isPending(value) ? null : value.size;
  return {
    path,
    kind,
    declaredBy: first.declared?.className ?? className(first.owner),
    shape: value.shape,
    dtype: value.dtype,
    count,
    bytes: count === null ? null : count * byteSize(value.dtype),
    trainable: kind === 'parameter' && (value as Tensor).requiresGrad,
    persistent: options.persistent !== false,
    group: options.group ?? null,
    initialiser: declaration ? initialiserLabel(declaration) : null,
    doc: options.doc ?? null,
    tied: others.map((place) => place.path),
  };
}
