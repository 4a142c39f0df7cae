import { DTypeError } from './errors';

/** What the kernels compute in. */
export type ComputeType = 'float32' | 'int32' | 'bool';
/** Every dtype a tensor can have; the last three are for storage and interchange only. */
export type DType = ComputeType | 'float16' | 'bfloat16' | 'float64';
/** What `data()` hands out. */
export type TypedArray = Float32Array | Int32Array | Uint8Array | Float64Array | Uint16Array;

const bytes: Record<DType, number> = { float32: 4, int32: 4, bool: 1, float16: 2, bfloat16: 2, float64: 8 };

/** All dtypes, in the order of the type. */
export const dtypes = Object.keys(bytes) as DType[];

/** Bytes an element takes in files and in `data()`. */
export function byteSize(dtype: DType): number {
  return bytes[dtype];
}

export function isComputeType(dtype: DType): dtype is ComputeType {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool';
}

/** 1 to 3, for what is looked up by types. */
export function typeNumber(dtype: ComputeType): number {
  if (dtype === 'float32') return 1;
  return dtype === 'int32' ? 2 : 3;
}

/** The dtype that an operation on both computes in, as PyTorch promotes: bool < int32 < float32. */
export function promote(a: ComputeType, b: ComputeType): ComputeType {
  if (a === b) return a;
  if (a === 'float32' || b === 'float32') return 'float32';
  return 'int32';
}

/** `dtype` if the kernels compute in it; otherwise an error that names the cast. */
export function computeType(dtype: DType, op: string): ComputeType {
  if (isComputeType(dtype)) return dtype;
  throw new DTypeError(`${op}: ${dtype} is for storage only; call .float() first to compute in float32`);
}

/** A zeroed array for `size` elements of a compute type. */
export function allocate(dtype: ComputeType, size: number): Float32Array | Int32Array | Uint8Array {
  if (dtype === 'float32') return new Float32Array(size);
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}

/** Node's; its arrays may hold anything. */
interface UnfilledMemory {
  allocUnsafeSlow(bytes: number): Uint8Array;
}
/** Elements from which on zeroing an array takes longer than asking for one that is not. */
const worthUnfilled = 2 ** 14;

/** As `allocate`, of memory that the caller writes from end to end before anybody sees it: it is zeroed only where the host does so anyway. */
export function allocateUnfilled(dtype: ComputeType, size: number): ReturnType<typeof allocate> {
  const { Buffer: memory } = globalThis as { Buffer?: UnfilledMemory };
  if (size < worthUnfilled || dtype === 'bool' || memory === undefined) return allocate(dtype, size);
  const { buffer, byteOffset } = memory.allocUnsafeSlow(byteSize(dtype) * size);
  return dtype === 'float32' ? new Float32Array(buffer, byteOffset, size) : new Int32Array(buffer, byteOffset, size);
}
