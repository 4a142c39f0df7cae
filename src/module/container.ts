/** Whether the walk goes through this as a part of its module: arrays, Maps, plain objects. */
export function isContainer(value: object): boolean {
  if (Array.isArray(value) || value instanceof Map) return true;
  const prototype = Object.getPrototypeOf(value) as object | null;
  // A root prototype, of this realm or another.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The objects in a container with their keys; the key is `undefined` where a Map's key is no string or number. */
export function* entriesOf(container: object): Generator<[key: string | undefined, item: object]> {
  const pairs: Iterable<[unknown, unknown]> = container instanceof Map ? container : Object.entries(container);
  for (const [key, item] of pairs) {
    if (typeof key === 'object' && key !== null) yield [undefined, key];
    if (typeof item !== 'object' || item === null) continue;
    yield [typeof key === 'string' || typeof key === 'number' ? String(key) : undefined, item];
  }
}
