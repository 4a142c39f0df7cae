import type { TypedArray } from '../core/dtype';
import { elements, type Element, type RawArray, type Values } from './elements';

/** Elements as they lie in bytes. */
export interface Encoded {
  readonly element: Element;
  readonly littleEndian: boolean;
}

const hostIsLittle = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Decodes all of `bytes` into `into`, from an index on. */
export function decodeInto(into: Values, from: number, bytes: Uint8Array, encoded: Encoded, asker: string): void {
  const { element } = encoded;
  const raw = rawView(bytes, encoded);
  if (element.decodeLong) {
    for (let i = 0; i < raw.length; i++) into[from + i] = element.decodeLong(raw[i] as bigint, asker);
  } else if (element.decode) {
    const table = codeTable(element, raw.length, asker);
    if (table) for (let i = 0; i < raw.length; i++) into[from + i] = table[raw[i] as number];
    else for (let i = 0; i < raw.length; i++) into[from + i] = element.decode(raw[i] as number, asker);
  } else into.set(raw as Exclude<RawArray, BigInt64Array | BigUint64Array>, from);
}

/** The bytes as numbers of this machine: a view of them where they lie well, else of a copy. */
function rawView(bytes: Uint8Array, { element, littleEndian }: Encoded): RawArray {
  const swapped = element.bytes > 1 && littleEndian !== hostIsLittle;
  const own = swapped || bytes.byteOffset % element.bytes !== 0 ? bytes.slice() : bytes;
  if (swapped) swapBytes(own, element.bytes);
  return new element.raw(own.buffer, own.byteOffset, own.length / element.bytes);
}

/** Turns every group of `size` bytes round. */
function swapBytes(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}

const tables = new WeakMap<Element, Float32Array>();

/** The values of all codes of a short float, where so many are decoded that it pays. */
function codeTable(element: Element, count: number, asker: string): Float32Array | undefined {
  const codes = 256 ** element.bytes;
  if (element.becomes !== 'float32' || element.bytes > 2 || (count < codes && !tables.has(element)))
    return tables.get(element);
  const made = tables.get(element) ?? Float32Array.from({ length: codes }, (_, code) => element.decode!(code, asker));
  tables.set(element, made);
  return made;
}

/** What a dtype of ours is stored as. */
export type WrittenName = 'float32' | 'float64' | 'float16' | 'bfloat16' | 'int32' | 'bool';

/** Values as the little-endian bytes of a file. */
export function encodeValues(values: TypedArray, name: WrittenName): Uint8Array {
  const element: Element = elements[name];
  const raw = new element.raw(values.length);
  if (element.encode) for (let i = 0; i < values.length; i++) raw[i] = element.encode(values[i]);
  else (raw as Values).set(values);
  const bytes = new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength);
  if (!hostIsLittle) swapBytes(bytes, element.bytes);
  return bytes;
}
