import { afterAll, beforeAll } from 'vitest';
import type { Place } from './place';
import { places, type PlaceName } from './ways';

/** Opens the places for the tests of a file, and closes them afterwards. */
export function openPlaces(...names: readonly PlaceName[]): (name: PlaceName) => Place {
  const opened = new Map<PlaceName, Place>();
  beforeAll(async () => {
    for (const name of names) opened.set(name, await places[name]());
  });
  afterAll(async () => {
    for (const place of opened.values()) await place.close();
  });
  return (name) => opened.get(name)!;
}
