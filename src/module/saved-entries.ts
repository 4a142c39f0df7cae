import { StateError } from '../core/errors';
import { matchingKeys } from './key-spelling';
import { walk, type BufferEntry, type ParameterEntry, type Place } from './walk';

/** What is saved of a module. */
export type Saved = ParameterEntry | BufferEntry;

/** By first key. */
export type SavedEntries = ReadonlyMap<string, Saved>;

/** A path with the last name replaced by the declaration's `key`, where it has one. */
function keyOf({ path, field, declared }: Place): string {
  const key = (declared?.declaration as { options?: { key?: string } } | undefined)?.options?.key;
  return key === undefined ? path : path.slice(0, path.length - field.length) + key;
}

function isSaved(entry: { kind: string; places: Place[] }): boolean {
  const [first] = entry.places;
  const { options } = (first.declared?.declaration ?? {}) as { options?: { persistent?: boolean } };
  return entry.kind !== 'module' && options?.persistent !== false;
}

/** What a module saves, by its first key; two things under one key are an error. */
export function savedEntries(module: object): SavedEntries {
  const entries = new Map<string, Saved>();
  for (const entry of walk(module)) {
    if (entry.kind === 'module' || !isSaved(entry)) continue;
    const key = keyOf(entry.places[0]);
    const other = entries.get(key);
    if (other)
      throw new StateError(
        `stateDict: '${other.path}' and '${entry.path}' both have the key '${key}'; change one of the keys`,
      );
    entries.set(key, entry);
  }
  return entries;
}

/** The dict's keys for each of the module's: none where it is missing, several perhaps where it is tied. */
export type Found = ReadonlyMap<string, readonly string[]>;

export function keysFound(entries: SavedEntries, dict: readonly string[]): Found {
  const keys = matchingKeys(
    dict,
    [...entries.values()].flatMap((entry) => entry.places.map(keyOf)),
  );
  const keysFor = ({ places }: Saved): string[] =>
    places.map((place) => keys.get(keyOf(place))).filter((key) => key !== undefined);
  return new Map([...entries].map(([key, entry]) => [key, [...new Set(keysFor(entry))]]));
}

/** The dict's keys that stand for nothing. */
export function unexpectedIn(dict: readonly string[], found: Found): string[] {
  const used = new Set([...found.values()].flat());
  return dict.filter((key) => !used.has(key));
}
