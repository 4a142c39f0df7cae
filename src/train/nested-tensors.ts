import { isTensor, type Tensor } from '../tensor';

/** Lists and plain objects are looked into, as batches of several inputs come in them. */
function parts(value: unknown): [string, unknown][] | undefined {
  const isNested = Array.isArray(value) || (isObject(value) && Object.getPrototypeOf(value) === Object.prototype);
  return isNested ? Object.entries(value as object) : undefined;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The first size of the first tensor in a value that has axes. */
export function firstSize(value: unknown): number | undefined {
  if (isTensor(value)) return value.shape[0];
  for (const [, part] of parts(value) ?? []) {
    const size = firstSize(part);
    if (size !== undefined) return size;
  }
  return undefined;
}

/** The same value with its tensors on a device. */
export function movedTo<T>(value: T, device: string): T {
  if (isTensor(value)) return value.to(device) as T;
  if (Array.isArray(value)) return value.map((part: unknown) => movedTo(part, device)) as T;
  const inside = parts(value)?.map(([key, part]) => [key, movedTo(part, device)] as const);
  if (inside === undefined) return value;
  return Object.fromEntries(inside) as T;
}

/** All tensors in a value, in order. */
export function tensorsIn(value: unknown): Tensor[] {
  return isTensor(value) ? [value] : (parts(value) ?? []).flatMap(([, part]) => tensorsIn(part));
}
