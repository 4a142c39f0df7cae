import { allocate, type ComputeType, type TypedArray } from '../../core/dtype';

/** Up to so many elements V8 has typed arrays on its heap, which are had at once. */
const onHeap = 16;
/** From so many on, filling an array takes longer than asking for its memory. */
const worthOwnBuffer = 4096;
/** As many arrays of the largest size are cut of one buffer: who keeps one, keeps so much memory at most. */
const perBuffer = 4;

/** Buffers by the power of two that the sizes of their arrays reach at most. */
const buffers: { bytes: ArrayBuffer; used: number }[] = [];

/**
 * An array for a value within the library, as `allocate` gives it. Small ones are cut of larger buffers: for one of their own
 * V8 goes through much code that a step does not need otherwise, and finds none of it in the cache.
 */
export function smallArray(dtype: ComputeType, size: number): TypedArray | null {
  if (dtype === 'bool' || size >= worthOwnBuffer) return null;
  if (size <= onHeap) return allocate(dtype, size);
  const power = 32 - Math.clz32(size - 1);
  let buffer = buffers[power];
  if (buffer === undefined || buffer.used + 4 * size > buffer.bytes.byteLength)
    buffer = buffers[power] = { bytes: new ArrayBuffer(4 * perBuffer * 2 ** power), used: 0 };
  const { bytes, used } = buffer;
  buffer.used += 4 * size;
  return dtype === 'float32' ? new Float32Array(bytes, used, size) : new Int32Array(bytes, used, size);
}
