import type { ComputeType, DType } from '../core/dtype';
import { StateError } from '../core/errors';
import { bfloatToNumber, halfToNumber, numberToBfloat, numberToHalf } from './half';

/** How one dtype of the format is stored, and which dtype of ours it becomes. */
export interface Storage {
  readonly bytes: number;
  readonly becomes: ComputeType;
  read(view: DataView, at: number): number;
  write(view: DataView, at: number, value: number): void;
}

const int32End = 2n ** 31n;

function readLong(view: DataView, at: number): number {
  const value = view.getBigInt64(at, true);
  if (value < -int32End || value >= int32End)
    throw new StateError(`safetensors: the I64 value ${value} does not fit int32, which is what tensors here hold`);
  return Number(value);
}

/** The format's dtypes: https://github.com/huggingface/safetensors */
export const storages: Readonly<Record<string, Storage>> = {
  F64: {
    bytes: 8,
    becomes: 'float32',
    read: (v, at) => v.getFloat64(at, true),
    write: (v, at, x) => v.setFloat64(at, x, true),
  },
  F32: {
    bytes: 4,
    becomes: 'float32',
    read: (v, at) => v.getFloat32(at, true),
    write: (v, at, x) => v.setFloat32(at, x, true),
  },
  F16: {
    bytes: 2, becomes: 'float32',
    read: (v, at) => halfToNumber(v.getUint16(at, true)),
    write: (v, at, x) => v.setUint16(at, numberToHalf(x), true),
  }, // prettier-ignore
  BF16: {
    bytes: 2, becomes: 'float32',
    read: (v, at) => bfloatToNumber(v.getUint16(at, true)),
    write: (v, at, x) => v.setUint16(at, numberToBfloat(x), true),
  }, // prettier-ignore
  I64: { bytes: 8, becomes: 'int32', read: readLong, write: (v, at, x) => v.setBigInt64(at, BigInt(x), true) },
  I32: {
    bytes: 4,
    becomes: 'int32',
    read: (v, at) => v.getInt32(at, true),
    write: (v, at, x) => v.setInt32(at, x, true),
  },
  U8: { bytes: 1, becomes: 'int32', read: (v, at) => v.getUint8(at), write: (v, at, x) => v.setUint8(at, x) },
  BOOL: {
    bytes: 1,
    becomes: 'bool',
    read: (v, at) => Number(v.getUint8(at) !== 0),
    write: (v, at, x) => v.setUint8(at, x ? 1 : 0),
  },
};

/** What each of our dtypes is called in the format. */
export const storageNames: Readonly<Record<DType, string>> = {
  float32: 'F32', float64: 'F64', float16: 'F16', bfloat16: 'BF16', int32: 'I32', bool: 'BOOL',
}; // prettier-ignore
