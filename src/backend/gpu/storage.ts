import { allocate, type ComputeType, type TypedArray } from '../../core/dtype';

/**
 * How values lie on the device, where gpu.js stores nothing but float32: a float32 or bool element is one number, an int32
 * element is two, its high and its low 16 bits as unsigned numbers, so that every int32 is exact.
 */
export const slots = (type: ComputeType): number => (type === 'int32' ? 2 : 1);

export function toDevice(type: ComputeType, data: TypedArray): Float32Array {
  if (type !== 'int32') return data instanceof Float32Array ? data : Float32Array.from(data);
  const halves = new Float32Array(2 * data.length);
  for (let i = 0; i < data.length; i++) {
    halves[2 * i] = data[i] >>> 16;
    halves[2 * i + 1] = data[i] & 65535;
  }
  return halves;
}

/** The int32 at a position of a buffer of halves. */
export function intAt(halves: Float32Array, position: number): number {
  return (halves[2 * position] << 16) | halves[2 * position + 1];
}

/** The values as an array of their dtype; a float32 buffer is handed out itself. */
export function fromDevice(type: ComputeType, buffer: Float32Array): TypedArray {
  if (type === 'float32') return buffer;
  const data = allocate(type, buffer.length / slots(type));
  for (let i = 0; i < data.length; i++) data[i] = type === 'int32' ? intAt(buffer, i) : buffer[i];
  return data;
}
