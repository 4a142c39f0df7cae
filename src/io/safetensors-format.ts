import { product } from '../core/shape';
import { allocate, type DType, type TypedArray } from '../core/dtype';
import { StateError } from '../core/errors';
import { tensor, type Tensor } from '../tensor';
import { storageNames, storages } from './safetensors-dtypes';

/** Tensors by name. */
export type TensorDict = Record<string, Tensor>;
/** Text by name, kept in the header. */
export type Metadata = Readonly<Record<string, string>>;

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** One tensor as it goes into a file: its values, and the dtype it is stored in. */
export interface Stored {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly values: TypedArray;
}

/** The bytes of a safetensors file. */
export function encodeSafetensors(items: readonly Stored[], metadata?: Metadata): Uint8Array {
  const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {};
  let end = 0;
  for (const { name, dtype, shape } of items) {
    const start = end;
    end += product(shape) * storages[storageNames[dtype]].bytes;
    if (name === '__metadata__' || name === '__proto__')
      throw new StateError(`safetensors: '${name}' cannot name a tensor; rename it`);
    header[name] = { dtype: storageNames[dtype], shape, data_offsets: [start, end] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(start + end).fill(0x20, 8, start); // the format pads its header with spaces
  bytes.set(text, 8);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(start - 8), true);
  writeAll(view, start, items);
  return bytes;
}

function writeAll(view: DataView, start: number, items: readonly Stored[]): void {
  let at = start;
  for (const { dtype, values } of items) {
    const { bytes, write } = storages[storageNames[dtype]];
    for (let i = 0; i < values.length; i++, at += bytes) write(view, at, values[i]);
  }
}

/** The tensors and the metadata of a safetensors file. @throws StateError naming what is wrong with the bytes */
export function decodeSafetensors(bytes: Uint8Array): { tensors: TensorDict; metadata: Metadata } {
  const [header, body] = split(bytes);
  const { __metadata__: metadata = {}, ...entries } = header as Record<string, Entry> & { __metadata__?: Metadata };
  checkCovered(entries, body.byteLength);
  const tensors: TensorDict = {};
  for (const [name, entry] of Object.entries(entries)) tensors[name] = decodeOne(body, entry);
  return { tensors, metadata };
}

function split(bytes: Uint8Array): [object, DataView] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < 8 ? Infinity : Number(view.getBigUint64(0, true));
  if (length > bytes.length - 8)
    throw new StateError(
      `safetensors: a file of ${bytes.length} bytes cannot hold a header of ${length}; it is cut off or no safetensors file`,
    );
  const header = parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  return [header, new DataView(bytes.buffer, bytes.byteOffset + 8 + length, bytes.length - 8 - length)];
}

function parse(text: string): object {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    header = null;
  }
  if (typeof header === 'object' && header !== null && !Array.isArray(header)) return header;
  throw new StateError('safetensors: the header is no JSON object; the file is damaged or no safetensors file');
}

/** Every tensor well described, and the bytes used once each, as the format demands. */
function checkCovered(entries: Readonly<Record<string, Entry>>, size: number): void {
  const sorted = Object.entries(entries).sort(
    ([, a], [, b]) =>
      (a?.data_offsets?.[0] ?? 0) - (b?.data_offsets?.[0] ?? 0) || a.data_offsets[1] - b.data_offsets[1],
  );
  let at = 0;
  for (const [name, entry] of sorted) {
    checkEntry(name, entry);
    if (entry.data_offsets[0] !== at)
      throw new StateError(
        `safetensors: '${name}' begins at ${entry.data_offsets[0]}, not at ${at} where the one before ends`,
      );
    at = entry.data_offsets[1];
  }
  if (at !== size)
    throw new StateError(
      `safetensors: the tensors take ${at} bytes, the file holds ${size}; it is cut off or has a tail`,
    );
}

function checkEntry(name: string, entry: Entry): void {
  const storage = Object.hasOwn(storages, entry?.dtype) ? storages[entry.dtype] : undefined;
  if (!storage)
    throw new StateError(
      `safetensors: '${name}' has dtype ${String(entry?.dtype)}; known are ${Object.keys(storages).join(', ')}`,
    );
  const { shape, data_offsets: offsets } = entry;
  if (!Array.isArray(shape) || !shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0))
    throw new StateError(`safetensors: '${name}' has no valid shape`);
  const wanted = product(shape) * storage.bytes;
  if (
    !Array.isArray(offsets) ||
    offsets.length !== 2 ||
    !offsets.every(Number.isSafeInteger) ||
    offsets[1] - offsets[0] !== wanted
  )
    throw new StateError(
      `safetensors: '${name}' of [${shape.join(', ')}] ${entry.dtype} needs ${wanted} bytes, its offsets are ${JSON.stringify(offsets)}`,
    );
}

function decodeOne(body: DataView, { dtype, shape, data_offsets: [start] }: Entry): Tensor {
  const { bytes, becomes, read } = storages[dtype];
  const values = allocate(becomes, product(shape));
  for (let i = 0; i < values.length; i++) values[i] = read(body, start + i * bytes);
  return tensor(values, { shape, dtype: becomes });
}
