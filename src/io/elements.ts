import type { ComputeType } from '../core/dtype';
import { StateError } from '../core/errors';
import { exponentToNumber, float8ToNumber } from './float8';
import { bfloatToNumber, halfToNumber, numberToBfloat, numberToHalf } from './half';

/** An array that views the bytes of elements as they lie in a file. */
export type RawArray =
  | Float64Array | Float32Array | BigInt64Array | BigUint64Array | Int32Array | Uint32Array
  | Int16Array | Uint16Array | Int8Array | Uint8Array; // prettier-ignore
/** What decoded elements are kept in. Float64 stays whole until a tensor is made of it. */
export type Values = Float64Array | Float32Array | Int32Array | Uint8Array;

/** One dtype of files: how its elements lie, and which dtype of ours they become. */
export interface Element {
  readonly bytes: number;
  readonly becomes: ComputeType;
  readonly raw: { new (buffer: ArrayBufferLike, at: number, count: number): RawArray; new (count: number): RawArray };
  /** Where a raw number is not yet the value. */
  readonly decode?: (raw: number, asker: string) => number;
  /** The same of 8-byte whole numbers. */
  readonly decodeLong?: (raw: bigint, asker: string) => number;
  /** Where a value is not yet the raw number; only what we write has it. */
  readonly encode?: (value: number) => number;
}

const int32End = 2 ** 31;

function fitted(value: number | bigint, name: string, asker: string): number {
  if (value >= -int32End && value < int32End) return Number(value);
  throw new StateError(`${asker}: the ${name} value ${value} does not fit int32, which is what tensors here hold`);
}

const float8 = (fractionBits: number, bias: number, kind: 'ieee' | 'fn' | 'fnuz'): Element => ({
  bytes: 1,
  becomes: 'float32',
  raw: Uint8Array,
  decode: (bits) => float8ToNumber(bits, { fractionBits, bias, kind }),
});

/** Every dtype that is read, under PyTorch's name for it. */
export const elements = {
  float64: { bytes: 8, becomes: 'float32', raw: Float64Array },
  float32: { bytes: 4, becomes: 'float32', raw: Float32Array },
  float16: { bytes: 2, becomes: 'float32', raw: Uint16Array, decode: halfToNumber, encode: numberToHalf },
  bfloat16: { bytes: 2, becomes: 'float32', raw: Uint16Array, decode: bfloatToNumber, encode: numberToBfloat },
  float8_e4m3fn: float8(3, 7, 'fn'),
  float8_e5m2: float8(2, 15, 'ieee'),
  float8_e4m3fnuz: float8(3, 8, 'fnuz'),
  float8_e5m2fnuz: float8(2, 16, 'fnuz'),
  float8_e8m0fnu: { bytes: 1, becomes: 'float32', raw: Uint8Array, decode: exponentToNumber },
  int64: { bytes: 8, becomes: 'int32', raw: BigInt64Array, decodeLong: (x, asker) => fitted(x, 'int64', asker) },
  int32: { bytes: 4, becomes: 'int32', raw: Int32Array },
  int16: { bytes: 2, becomes: 'int32', raw: Int16Array },
  int8: { bytes: 1, becomes: 'int32', raw: Int8Array },
  uint64: { bytes: 8, becomes: 'int32', raw: BigUint64Array, decodeLong: (x, asker) => fitted(x, 'uint64', asker) },
  uint32: { bytes: 4, becomes: 'int32', raw: Uint32Array, decode: (x, asker) => fitted(x, 'uint32', asker) },
  uint16: { bytes: 2, becomes: 'int32', raw: Uint16Array },
  uint8: { bytes: 1, becomes: 'int32', raw: Uint8Array },
  bool: { bytes: 1, becomes: 'bool', raw: Uint8Array, decode: (x) => Number(x !== 0) },
} satisfies Record<string, Element>;

/** PyTorch's name of a dtype that is read. */
export type ElementName = keyof typeof elements;

/** A zeroed array for decoded elements. */
export function valuesFor(element: Element, count: number): Values {
  if (element.becomes === 'int32') return new Int32Array(count);
  if (element.becomes === 'bool') return new Uint8Array(count);
  return element.raw === Float64Array ? new Float64Array(count) : new Float32Array(count);
}
