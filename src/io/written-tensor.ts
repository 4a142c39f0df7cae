import { ValueError } from '../core/errors';
import type { DType, TypedArray } from '../core/dtype';
import { isTensor } from '../tensor';
import { encodeValues, type WrittenName } from './coding';
import { elements } from './elements';
import { pieceBytes } from './read-tensor';
import type { Sink } from './write-file';

/** A tensor as it was when saving began, and the dtype it is stored in. */
export interface WrittenTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: WrittenName;
  readonly values: () => Promise<TypedArray>;
}

/** Fixes a tensor's value, so that a step that is taken while a file is written changes nothing in it. */
export function written(asker: string, name: string, value: unknown, floats: WrittenName): WrittenTensor {
  if (!isTensor(value)) throw new ValueError(`${asker}: '${name}' is no tensor but ${describe(value)}`);
  const kept = value.detach().keep();
  return { name, shape: kept.shape, dtype: storedAs(kept.dtype, floats), values: () => kept.data() };
}

/** {@link written} of all tensors of a dict. */
export function writtenDict(asker: string, dict: unknown, floats: WrittenName): WrittenTensor[] {
  if (typeof dict !== 'object' || dict === null || Array.isArray(dict) || isTensor(dict))
    throw new ValueError(`${asker}: takes tensors by name, not ${describe(dict)}`);
  return Object.entries(dict).map(([name, value]) => written(asker, name, value, floats));
}

const storedAs = (dtype: DType, floats: WrittenName): WrittenName => (dtype === 'float32' ? floats : dtype);

function describe(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return String(value);
}

/** Bytes that the values take in the file. */
export function writtenSize({ shape, dtype }: Pick<WrittenTensor, 'shape' | 'dtype'>): number {
  return shape.reduce((size, dim) => size * dim, elements[dtype].bytes);
}

/** Hands values on piece by piece, as the bytes of a file. */
export async function writeValues(
  values: TypedArray,
  dtype: WrittenName,
  sink: Sink,
  piece = pieceBytes,
): Promise<void> {
  const step = Math.max(1, Math.floor(piece / elements[dtype].bytes));
  for (let from = 0; from < values.length; from += step)
    await sink(encodeValues(values.subarray(from, from + step), dtype));
}
