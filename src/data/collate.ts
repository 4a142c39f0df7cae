import { ShapeError, ValueError } from '../core/errors';
import { product, showShape } from '../core/shape';
import { dataAtHand } from '../graph/recorder';
import { isTensor, stack, tensor, type Tensor, type TypedArray } from '../tensor';

/** How tensors of one place of the samples become one. `name` names a sample in errors. */
export type Join = (
  tensors: readonly Tensor[],
  place: readonly (string | number)[],
  name: (i: number) => string,
) => unknown;

/**
 * Samples joined along a new first axis: tensors and numbers, or lists and objects of them, each place by itself.
 *
 * Source: torch.utils.data.default_collate
 * @param indices of the samples in their dataset, by which errors name them
 * @throws ShapeError for tensors of unequal shapes, ValueError for samples of other kinds or that differ in their places
 * @example collate([[tensor([1, 2]), 0], [tensor([3, 4]), 1]]); // [a [2, 2], a [2] of int32]
 */
export function collate(samples: readonly unknown[], indices?: ArrayLike<number>): unknown {
  return joinSamples(samples, stacked, indices);
}

/** The same with a rule of one's own for tensors. */
export function joinSamples(samples: readonly unknown[], join: Join, indices?: ArrayLike<number>): unknown {
  const name = (i: number): string => (indices ? `sample ${indices[i]}` : `sample ${i} of the batch`);
  const at = (values: readonly unknown[], place: readonly (string | number)[]): unknown => {
    const [first] = values;
    if (isTensor(first)) {
      const odd = values.findIndex((value) => !isTensor(value));
      if (odd < 0) return join(values as Tensor[], place, name);
      throw new ValueError(
        `DataLoader: ${name(0)} has a tensor${showPlace(place)}, ${name(odd)} has ${kindOf(values[odd])}`,
      );
    }
    if (typeof first === 'number') return numbers(values, place, name);
    return nested(values, place, name, at);
  };
  return at(samples, []);
}

type Name = (i: number) => string;
type Place = readonly (string | number)[];

function nested(
  values: readonly unknown[],
  place: Place,
  name: Name,
  at: (values: readonly unknown[], place: Place) => unknown,
): unknown {
  const [first] = values;
  if (!isJoinable(first))
    throw new ValueError(
      `DataLoader: cannot join samples of type ${typeName(first)}${showPlace(place)}; ${remedyFor(first)}`,
    );
  const keys = Object.keys(first);
  const odd = values.findIndex((value) => !hasKeys(value, first, keys));
  if (odd >= 0)
    throw new ValueError(
      `DataLoader: samples must have the same places, but ${name(0)} has ${kindOf(first)}${showPlace(place)}, ${name(odd)} ${kindOf(values[odd])}`,
    );
  const inside = keys.map(
    (key) =>
      [
        key,
        at(
          values.map((value) => (value as Record<string, unknown>)[key]),
          [...place, key],
        ),
      ] as const,
  );
  return Array.isArray(first) ? inside.map(([, part]) => part) : Object.fromEntries(inside);
}

/** Lists and objects with fields. What keeps its content elsewhere, as a Map or a promise, would become an empty object. */
function isJoinable(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === null || prototype === Object.prototype || Object.keys(value).length > 0;
}

function typeName(value: unknown): string {
  if (typeof value !== 'object') return typeof value;
  return value === null ? 'null' : value.constructor.name;
}

function remedyFor(value: unknown): string {
  if (ArrayBuffer.isView(value)) return 'make a tensor of it, tensor(values)';
  if (value instanceof Promise)
    return 'get(index) cannot be asynchronous; read what arrives later with an IterableDataset of an async generator';
  return 'give tensors, numbers, lists or objects of them, or a collate function';
}

function hasKeys(value: unknown, first: object, keys: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null || isTensor(value) || Array.isArray(value) !== Array.isArray(first))
    return false;
  return Object.keys(value).length === keys.length && keys.every((key) => Object.hasOwn(value, key));
}

function numbers(values: readonly unknown[], place: Place, name: Name): Tensor {
  const odd = values.findIndex((value) => typeof value !== 'number');
  if (odd >= 0)
    throw new ValueError(
      `DataLoader: ${name(0)} has a number${showPlace(place)}, ${name(odd)} has ${kindOf(values[odd])}`,
    );
  return tensor(values as number[], { dtype: values.every(isInt32) ? 'int32' : 'float32' });
}

const isInt32 = (value: unknown): boolean => Number.isInteger(value) && Math.abs(value as number) < 2 ** 31;

/** Tensors of one shape along a new first axis. Values at hand are copied, which is quicker than recording an operation. */
export function stacked(tensors: readonly Tensor[], place: Place, name: Name): Tensor {
  const [first] = tensors;
  const odd = tensors.findIndex(({ shape }) => showShape(shape) !== showShape(first.shape));
  if (odd >= 0)
    throw new ShapeError(
      `DataLoader: tensors of one batch must have one shape${showPlace(place)}, but ${name(0)} has ${showShape(first.shape)} ` +
        `and ${name(odd)} ${showShape(tensors[odd].shape)}; collate: paddedCollate() pads them`,
    );
  return joined(tensors) ?? stack(tensors, 0);
}

function joined(tensors: readonly Tensor[]): Tensor | undefined {
  const [{ dtype, device, shape }] = tensors;
  const values = tensors.map((t) =>
    t.dtype === dtype && t.device === device && !t.requiresGrad ? dataAtHand(t.node) : null,
  );
  if (values.includes(null)) return undefined;
  const size = product(shape);
  const all = new (values[0]!.constructor as new (length: number) => TypedArray)(size * tensors.length);
  values.forEach((array, i) => all.set(array!, i * size));
  return tensor(all, { shape: [tensors.length, ...shape], dtype, device });
}

function showPlace(place: Place): string {
  return place.length === 0 ? '' : ` at ${place.join('.')}`;
}

function kindOf(value: unknown): string {
  if (isTensor(value)) return 'a tensor';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value !== 'object' || value === null) return typeof value;
  return `an object of ${Object.keys(value).join(', ')}`;
}
