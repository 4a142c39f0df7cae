import { product } from '../../core/shape';
import { ValueError } from '../../core/errors';
import { tensor, type Tensor } from '../../tensor';

/** An IDX file's contents. */
export interface Idx {
  readonly shape: readonly number[];
  readonly values: Uint8Array | Int8Array | Int32Array | Float32Array | Float64Array;
}

type Reader = (view: DataView, offset: number, count: number) => Idx['values'];
const each = <A extends Int32Array | Float32Array | Float64Array>(
  make: new (count: number) => A,
  bytes: number,
  read: (view: DataView, at: number) => number,
): [number, Reader] => [
  bytes,
  (view, offset, count) => {
    const values = new make(count);
    for (let i = 0; i < count; i++) values[i] = read(view, offset + i * bytes);
    return values;
  },
];

/** By type code: bytes an element takes, and how to read them. */
const types: Readonly<Record<number, [number, Reader]>> = {
  0x08: [1, (view, offset, count) => new Uint8Array(view.buffer, view.byteOffset + offset, count).slice()],
  0x09: [1, (view, offset, count) => new Int8Array(view.buffer, view.byteOffset + offset, count).slice()],
  0x0b: each(Int32Array, 2, (view, at) => view.getInt16(at)),
  0x0c: each(Int32Array, 4, (view, at) => view.getInt32(at)),
  0x0d: each(Float32Array, 4, (view, at) => view.getFloat32(at)),
  0x0e: each(Float64Array, 8, (view, at) => view.getFloat64(at)),
};

/**
 * Reads the IDX format that MNIST comes in.
 *
 * Source: the format's description at the MNIST page of Y. LeCun
 * @throws ValueError for bytes that are no IDX file, or end early
 */
export function readIdx(bytes: Uint8Array): Idx {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = bytes.length >= 4 && view.getUint16(0) === 0 ? types[bytes[2]] : undefined;
  if (!type) throw new ValueError('readIdx: these bytes do not begin as an IDX file does; is it still compressed?');
  const rank = bytes[3];
  const start = 4 + 4 * rank;
  if (bytes.length < start) throw new ValueError('readIdx: the file ends within its header');
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const count = product(shape);
  if (bytes.length !== start + count * type[0])
    throw new ValueError(
      `readIdx: [${shape.join(', ')}] needs ${start + count * type[0]} bytes, the file has ${bytes.length}`,
    );
  return { shape, values: type[1](view, start, count) };
}

/** An IDX file as a tensor: whole numbers become int32, divided by `scale` float32. */
export function idxTensor(bytes: Uint8Array, { scale }: { scale?: number } = {}): Tensor {
  const { shape, values } = readIdx(bytes);
  if (scale !== undefined) return tensor(divided(values, scale), { shape });
  const whole = !(values instanceof Float32Array || values instanceof Float64Array);
  return tensor(whole ? new Int32Array(values) : new Float32Array(values), { shape });
}

function divided(values: Idx['values'], scale: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = values[i] / scale; // a loop: Float32Array.from is 100 times slower
  return out;
}
