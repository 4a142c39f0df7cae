import { StateError, ValueError } from '../core/errors';
import { product } from '../core/shape';
import { elements, type ElementName } from './elements';
import { isSizes } from './sizes';

/** Text by name, kept in the header. */
export type Metadata = Readonly<Record<string, string>>;

/** What the header says of one tensor. */
export interface SafetensorsEntry {
  /** The dtype in the file, by PyTorch's name. */
  readonly dtype: ElementName;
  readonly shape: readonly number[];
  /** Where its bytes begin and end, counted from the end of the header. */
  readonly begin: number;
  readonly end: number;
}
export interface SafetensorsHeader {
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  readonly metadata: Metadata;
}

/** The format's names of dtypes: https://github.com/huggingface/safetensors */
const names: Readonly<Record<string, ElementName>> = {
  F64: 'float64', F32: 'float32', F16: 'float16', BF16: 'bfloat16',
  F8_E4M3: 'float8_e4m3fn', F8_E5M2: 'float8_e5m2', F8_E8M0: 'float8_e8m0fnu',
  F8_E4M3FNUZ: 'float8_e4m3fnuz', F8_E5M2FNUZ: 'float8_e5m2fnuz',
  I64: 'int64', I32: 'int32', I16: 'int16', I8: 'int8',
  U64: 'uint64', U32: 'uint32', U16: 'uint16', U8: 'uint8', BOOL: 'bool',
}; // prettier-ignore
const codes = new Map(Object.entries(names).map(([code, name]) => [name, code]));

/** What the format has and tensors here cannot hold. */
const unreadable: Readonly<Record<string, string>> = {
  C64: 'complex numbers, which tensors here do not hold; save the real and imaginary parts apart',
  F4: 'floats of 4 bits, which are packed; save them as float8 or float16',
  F6_E2M3: 'floats of 6 bits, which are packed; save them as float8 or float16',
  F6_E3M2: 'floats of 6 bits, which are packed; save them as float8 or float16',
};

/** The header that the format's own library accepts at most. */
export const maxHeaderBytes = 100_000_000;

/** How long the header is that these first 8 bytes announce. @throws StateError where the file cannot hold it */
export function headerLength(asker: string, start: Uint8Array, size: number): number {
  const { buffer, byteOffset } = start;
  const length = start.length < 8 ? Infinity : Number(new DataView(buffer, byteOffset).getBigUint64(0, true));
  if (length > size - 8)
    throw new StateError(
      `${asker}: a file of ${size} bytes cannot hold a header of ${length}; it is cut off or no safetensors file`,
    );
  if (length <= maxHeaderBytes) return length;
  throw new StateError(`${asker}: a header of ${length} bytes is longer than the format allows (${maxHeaderBytes})`);
}

/** What the header's bytes say of a body of `size` bytes. @throws StateError naming what is wrong */
export function parseHeader(asker: string, bytes: Uint8Array, size: number): SafetensorsHeader {
  const { __metadata__: metadata = {}, ...described } = parse(asker, bytes);
  checkMetadata(StateError, asker, metadata);
  const entries = new Map(Object.entries(described).map(([name, entry]) => [name, entryOf(asker, name, entry)]));
  checkCovered(asker, entries, size);
  return { entries, metadata };
}

function parse(asker: string, bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    header = null;
  }
  if (typeof header === 'object' && header !== null && !Array.isArray(header)) return { ...header };
  throw new StateError(`${asker}: the header is no JSON object; the file is damaged or no safetensors file`);
}

/** @throws where metadata is anything but text by name */
export function checkMetadata(
  Problem: new (message: string) => Error,
  asker: string,
  metadata: unknown,
): asserts metadata is Metadata {
  const isDict = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata);
  if (!isDict) throw new Problem(`${asker}: metadata must be texts by name, not ${JSON.stringify(metadata)}`);
  for (const [key, value] of Object.entries(metadata))
    if (typeof value !== 'string')
      throw new Problem(`${asker}: metadata '${key}' must be a text, not ${JSON.stringify(value)}`);
}

function entryOf(asker: string, name: string, given: unknown): SafetensorsEntry {
  const { dtype: code, shape, data_offsets: offsets } = (given ?? {}) as Record<string, unknown>;
  const dtype = dtypeOf(asker, name, code);
  if (!isSizes(shape)) throw new StateError(`${asker}: '${name}' has no valid shape`);
  const wanted = product(shape) * elements[dtype].bytes;
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[1] - offsets[0] !== wanted)
    throw new StateError(
      `${asker}: '${name}' of [${shape.join(', ')}] ${String(code)} needs ${wanted} bytes, its offsets are ${JSON.stringify(offsets)}`,
    );
  return { dtype, shape, begin: offsets[0], end: offsets[1] };
}

function dtypeOf(asker: string, name: string, code: unknown): ElementName {
  if (typeof code === 'string' && Object.hasOwn(names, code)) return names[code];
  if (typeof code === 'string' && Object.hasOwn(unreadable, code))
    throw new StateError(`${asker}: '${name}' has dtype ${code}: ${unreadable[code]}`);
  throw new StateError(
    `${asker}: '${name}' has dtype ${typeof code === 'string' ? code : JSON.stringify(code)}; known are ${Object.keys(names).join(', ')}`,
  );
}

/** The bytes used once each, as the format demands. */
function checkCovered(asker: string, entries: ReadonlyMap<string, SafetensorsEntry>, size: number): void {
  let at = 0;
  for (const [name, { begin, end }] of [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at)
      throw new StateError(`${asker}: '${name}' begins at ${begin}, not at ${at} where the one before ends`);
    at = end;
  }
  if (at !== size)
    throw new StateError(`${asker}: the tensors take ${at} bytes, the file holds ${size}; it is cut off or has a tail`);
}

/** The first bytes of a file, up to the tensors. */
export function encodeHeader(entries: ReadonlyMap<string, SafetensorsEntry>, metadata?: Metadata): Uint8Array {
  const described = [...entries].map(([name, { dtype, shape, begin, end }]) => {
    if (name === '__metadata__') throw new ValueError(`safetensors: '${name}' cannot name a tensor; rename it`);
    return [name, { dtype: codes.get(dtype), shape, data_offsets: [begin, end] }];
  });
  const header = Object.fromEntries([...(metadata ? [['__metadata__', metadata]] : []), ...described]);
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + length).fill(0x20, 8); // the format pads its header with spaces
  bytes.set(text, 8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  return bytes;
}
