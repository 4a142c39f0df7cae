import { ShapeError } from '../core/errors';
import { product, showShape } from '../core/shape';
import type { DType, TypedArray } from '../core/dtype';
import { tensor, type Tensor } from '../tensor';
import { decodeInto, encodeValues } from './coding';
import { elements, valuesFor } from './elements';
import {
  encodeHeader,
  headerLength,
  parseHeader,
  type Metadata,
  type SafetensorsEntry,
  type SafetensorsHeader,
} from './safetensors-header';
import { joined } from './write-file';
import { writtenSize, type WrittenTensor } from './written-tensor';

/** Tensors by name. */
export type TensorDict = Record<string, Tensor>;

/** One tensor as it goes into a file: its values, and the dtype it is stored in. */
export interface Stored {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly values: TypedArray;
}

type Described = Pick<WrittenTensor, 'name' | 'shape' | 'dtype'>;

/** Where each tensor goes: the widest dtypes first, so that all of them lie aligned. The header keeps the order given. */
export function layout<T extends Described>(items: readonly T[]): [ReadonlyMap<string, SafetensorsEntry>, T[]] {
  const ordered = [...items].sort((a, b) => elements[b.dtype].bytes - elements[a.dtype].bytes);
  const begins = new Map<T, number>();
  let end = 0;
  for (const item of ordered) {
    begins.set(item, end);
    end += writtenSize(item);
  }
  const entry = (item: T): SafetensorsEntry => {
    const begin = begins.get(item)!;
    return { dtype: item.dtype, shape: item.shape, begin, end: begin + writtenSize(item) };
  };
  return [new Map(items.map((item) => [item.name, entry(item)])), ordered];
}

/**
 * The bytes of a safetensors file.
 * @throws ShapeError where values do not fill a shape
 * @example encodeSafetensors([{ name: 'x', shape: [2], dtype: 'float16', values: Float32Array.of(1, 2) }]);
 */
export function encodeSafetensors(items: readonly Stored[], metadata?: Metadata): Uint8Array {
  for (const { name, shape, values } of items)
    if (values.length !== product(shape))
      throw new ShapeError(
        `encodeSafetensors: '${name}' has ${values.length} values, which do not fill ${showShape(shape)}`,
      );
  const [entries, ordered] = layout(items);
  return joined([encodeHeader(entries, metadata), ...ordered.map(({ values, dtype }) => encodeValues(values, dtype))]);
}

/**
 * The tensors and the metadata of a safetensors file that is in memory.
 * @throws StateError naming what is wrong with the bytes
 * @example decodeSafetensors(new Uint8Array(await (await fetch('model.safetensors')).arrayBuffer())).tensors;
 */
export function decodeSafetensors(bytes: Uint8Array): { tensors: TensorDict; metadata: Metadata } {
  const asker = 'decodeSafetensors';
  const length = headerLength(asker, bytes.subarray(0, 8), bytes.length);
  const body = bytes.subarray(8 + length);
  const { entries, metadata }: SafetensorsHeader = parseHeader(asker, bytes.subarray(8, 8 + length), body.length);
  const tensors = [...entries].map(([name, entry]) => {
    const values = valuesFor(elements[entry.dtype], product(entry.shape));
    const encoded = { element: elements[entry.dtype], littleEndian: true };
    decodeInto(values, 0, body.subarray(entry.begin, entry.end), encoded, `${asker}: '${name}'`);
    return [name, tensor(values, { shape: entry.shape, dtype: encoded.element.becomes })];
  });
  return { tensors: Object.fromEntries(tensors), metadata };
}
