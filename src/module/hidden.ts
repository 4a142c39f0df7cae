import { isBuffer, isParameter, isTensor } from '../tensor';
import { isModule } from './metadata';
import { hiddenInside } from './walk-errors';
import type { Place } from './walk';

/** Something the walk does not go through: looked into afterwards, since nothing trainable may be left out unseen. */
export interface Hidden {
  readonly value: object;
  readonly place: Place;
  readonly why: 'instance' | 'symbol' | 'key';
}

/** Throws if anything hidden holds a parameter, buffer or module that is not in the tree otherwise. */
export function refuseHidden(hidden: readonly Hidden[], inTree: ReadonlyMap<object, unknown>): void {
  const searched = new Set<object>();
  for (const one of hidden) {
    const lost = findLost(one.value, inTree, searched);
    if (lost !== undefined) throw hiddenInside(one, lost);
  }
}

function findLost(start: object, inTree: ReadonlyMap<object, unknown>, searched: Set<object>): object | undefined {
  const todo = [start];
  for (let value = todo.pop(); value !== undefined; value = todo.pop()) {
    if (searched.has(value) || inTree.has(value)) continue;
    searched.add(value);
    if (isParameter(value) || isBuffer(value) || isModule(value)) return value;
    if (!isTensor(value) && !ArrayBuffer.isView(value)) for (const item of contents(value)) todo.push(item);
  }
  return undefined;
}

/** The objects in a value's own enumerable fields, list items, keys and entries. */
export function* contents(value: object): Generator<object> {
  if (value instanceof Map) for (const pair of value) yield* pair.filter(isObject);
  else if (value instanceof Set) yield* [...value].filter(isObject);
  else if (Array.isArray(value)) yield* value.filter(isObject);
  else yield* ownValues(value).filter(isObject);
}

// Getters are left alone: reading one may do anything.
function ownValues(value: object): unknown[] {
  return Reflect.ownKeys(value)
    .map((key) => Object.getOwnPropertyDescriptor(value, key))
    .filter((property) => property?.enumerable)
    .map((property) => property!.value as unknown);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
