import { readFileSync } from 'node:fs';
import { compareInventories, type SavedInventory } from '../module';
import type { Inventories } from './render-inventories';
import { messageOf, UsageError } from './usage';

/** A saved inventory, or several under the names of their exports. */
type Saved = SavedInventory | Readonly<Record<string, SavedInventory>>;

/**
 * What changed since the inventory at `path` was saved, one line per change.
 * @param only the export that was asked for; models saved beside it do not count
 */
export function checkInventories(path: string, current: Inventories, only?: string): string[] {
  const saved = readSaved(path);
  if (isInventory(saved)) return compareInventories(saved, single(current, path));
  const names = only === undefined ? [...new Set([...Object.keys(saved), ...current.keys()])] : [only];
  return names.flatMap((name) => compareModel(name, saved[name], current.get(name)));
}

function single(current: Inventories, path: string): SavedInventory {
  const [first] = current.values();
  if (current.size === 1) return first;
  const names = [...current.keys()].join(', ');
  throw new UsageError(`${path} holds one model and the file exports ${names}; choose one with --export`);
}

function compareModel(name: string, before?: SavedInventory, after?: SavedInventory): string[] {
  if (before === undefined) return [`added: model ${name}`];
  if (after === undefined) return [`removed: model ${name}`];
  return compareInventories(before, after).map((line) => `${name}: ${line}`);
}

function readSaved(path: string): Saved {
  const remedy = `save one with npx decograd inventory FILE --format json > ${path}`;
  let text: string;
  let value: unknown;
  try {
    text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new UsageError(`${path} cannot be read (${messageOf(error)}); ${remedy}`);
  }
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path} is no JSON (${messageOf(error)}); ${remedy}`);
  }
  if (isInventory(value) || isRecordOfInventories(value)) return value;
  throw new UsageError(`${path} is no inventory; ${remedy}`);
}

function isInventory(value: unknown): value is SavedInventory {
  const entries = isObject(value) ? value['entries'] : undefined;
  return Array.isArray(entries) && entries.every((entry) => isObject(entry) && isEntry(entry));
}

const isEntry = ({ path, kind, shape, dtype, tied }: Record<string, unknown>): boolean =>
  [path, kind, dtype].every((text) => typeof text === 'string') && Array.isArray(shape) && Array.isArray(tied);

function isRecordOfInventories(value: unknown): value is Record<string, SavedInventory> {
  return isObject(value) && Object.keys(value).length > 0 && Object.values(value).every(isInventory);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
