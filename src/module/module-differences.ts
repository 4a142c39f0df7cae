import { speller } from './key-spelling';
import { keysFound, savedEntries, unexpectedIn, type Found, type SavedEntries } from './saved-entries';
import { stateDifferences, type StateDifferences, type StateEntry, type StateShapes } from './state-differences';

/**
 * How saved shapes differ from what a module takes over, names compared as `loadStateDict` does. Of what seems
 * renamed, the new names are spelt as the saved ones are.
 */
export function differencesOf(module: object, saved: StateShapes): StateDifferences {
  const entries = savedEntries(module);
  return differencesBetween(saved, entries, keysFound(entries, Object.keys(saved)));
}

/** What is to be loaded goes by the dict's keys, what is missing in it by the module's, spelt as the dict would. */
export function differencesBetween(saved: StateShapes, entries: SavedEntries, found: Found): StateDifferences {
  const spell = speller(unexpectedIn(Object.keys(saved), found));
  const own = new Map<string, StateEntry>();
  const keys = new Map<string, string>();
  for (const [key, { value }] of entries) {
    const spelt = spell(key);
    const name = Object.hasOwn(saved, spelt) || keys.has(spelt) ? key : spelt;
    keys.set(name, key);
    for (const place of found.get(key)!.length > 0 ? found.get(key)! : [name]) own.set(place, value as StateEntry);
  }
  const differences = stateDifferences(saved, Object.fromEntries(own));
  return { ...differences, missing: differences.missing.map((name) => keys.get(name)!) };
}
