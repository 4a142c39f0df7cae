import type { ComputeType } from '../../core/dtype';
import { tensor, type TypedArray } from '../../tensor';

/** A value as a thread passes it: tensors apart, and what they are in. */
export type Packed =
  | { readonly tensor: TypedArray; readonly shape: readonly number[]; readonly dtype: ComputeType }
  | { readonly list: readonly Packed[] }
  | { readonly entries: readonly (readonly [string, Packed])[] }
  | { readonly value: unknown };

/** The value that was passed. */
export function unpackedValue(packed: Packed): unknown {
  if ('tensor' in packed) return tensor(packed.tensor, { shape: packed.shape, dtype: packed.dtype });
  if ('list' in packed) return packed.list.map(unpackedValue);
  if ('entries' in packed) return Object.fromEntries(packed.entries.map(([key, part]) => [key, unpackedValue(part)]));
  return packed.value;
}
