import type { Inventory, InventoryEntry } from './inventory';
import { pairRenamed } from './pair-renamed';

/** An inventory as it was saved: `JSON.stringify(inventory(model))`. */
export type SavedInventory = Pick<Inventory, 'entries'>;

/**
 * What changed between a saved inventory and the model's own, one line per change; empty where nothing did. Names of
 * classes do not count: minifiers change them.
 * @example const changes = compareInventories(JSON.parse(saved), inventory(model));
 */
export function compareInventories(saved: SavedInventory, current: SavedInventory): string[] {
  const before = new Map(saved.entries.map((entry) => [entry.path, entry]));
  const after = new Map(current.entries.map((entry) => [entry.path, entry]));
  const removed = saved.entries.filter((entry) => !after.has(entry.path));
  const added = current.entries.filter((entry) => !before.has(entry.path));
  const renamed = renames(removed, added);
  const changes = saved.entries.flatMap((entry) => differences(entry, after.get(entry.path)));
  return [
    ...[...renamed].map(([from, to]) => `renamed: ${from.path} is now ${to.path}`),
    ...removed.filter((entry) => !renamed.has(entry)).map((entry) => `removed: ${describe(entry)}`),
    ...added.filter((entry) => ![...renamed.values()].includes(entry)).map((entry) => `added: ${describe(entry)}`),
    ...changes,
    ...[...renamed].flatMap(([from, to]) => differences(from, to)),
  ];
}

const describe = ({ path, kind, shape, dtype }: InventoryEntry): string =>
  `${kind} ${path} [${shape.join(', ')}] ${dtype}`;
const form = ({ kind, shape, dtype }: InventoryEntry): string => `${kind} ${shape.join()} ${dtype}`;

/** Pairs of removed and added entries of one form. */
function renames(
  removed: readonly InventoryEntry[],
  added: readonly InventoryEntry[],
): Map<InventoryEntry, InventoryEntry> {
  const [gone, come] = [removed, added].map((list) => Object.fromEntries(list.map((entry) => [entry.path, entry])));
  const pairs = pairRenamed(gone, come, (a, b) => form(a) === form(b));
  return new Map(pairs.map(({ from, to }) => [gone[from], come[to]]));
}

function differences(before: InventoryEntry, after: InventoryEntry | undefined): string[] {
  if (after === undefined) return [];
  const { path } = after;
  const changes: string[] = [];
  const note = (what: string, from: unknown, to: unknown): void => {
    if (String(from) !== String(to)) changes.push(`${what}: ${path} was ${String(from)}, is ${String(to)}`);
  };
  note('changed kind', before.kind, after.kind);
  note('reshaped', `[${before.shape.join(', ')}]`, `[${after.shape.join(', ')}]`);
  note('changed dtype', before.dtype, after.dtype);
  if (before.trainable && !after.trainable) changes.push(`frozen: ${path} no longer receives gradients`);
  if (!before.trainable && after.trainable) changes.push(`unfrozen: ${path} now receives gradients`);
  note('changed group', before.group ?? 'none', after.group ?? 'none');
  const lost = before.tied.filter((other) => !after.tied.includes(other));
  const won = after.tied.filter((other) => !before.tied.includes(other));
  if (lost.length > 0) changes.push(`untied: ${path} is no longer tied to ${lost.join(', ')}`);
  if (won.length > 0) changes.push(`tied: ${path} is now tied to ${won.join(', ')}`);
  return changes;
}
