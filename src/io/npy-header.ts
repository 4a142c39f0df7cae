import { StateError } from '../core/errors';
import { showShape } from '../core/shape';
import type { ByteSource } from './byte-source';
import type { WrittenName } from './coding';
import type { ElementName } from './elements';
import { latin1 } from './latin1';
import { parsePythonLiteral, type Literal } from './python-literal';
import { isSizes } from './sizes';

/** What the header of an npy file says. */
export interface NpyHeader {
  readonly dtype: ElementName;
  readonly littleEndian: boolean;
  /** Whether the first axis runs fastest. */
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** The byte at which the elements begin. */
  readonly start: number;
}

const magic = '\x93NUMPY';
/** Headers that describe plain arrays take a hundred bytes; numpy itself refuses beyond 10,000. */
const maxHeaderBytes = 2 ** 16;

const kinds: Readonly<Record<string, ElementName>> = {
  f8: 'float64', f4: 'float32', f2: 'float16', b1: 'bool', '?': 'bool',
  i8: 'int64', i4: 'int32', i2: 'int16', i1: 'int8', u8: 'uint64', u4: 'uint32', u2: 'uint16', u1: 'uint8',
}; // prettier-ignore

/** What numpy has and tensors here cannot hold, by the letter of its kind. */
const unreadable: Readonly<Record<string, string>> = {
  O: 'Python objects, which are pickled: they are never read here',
  U: 'texts', S: 'bytes of text', V: 'raw bytes or records', c: 'complex numbers', M: 'dates', m: 'spans of time',
}; // prettier-ignore

/**
 * Reads and checks the header of an npy file, of versions 1 to 3.
 *
 * Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export async function readNpyHeader(asker: string, source: ByteSource): Promise<NpyHeader> {
  const bytes = await source.read(0, Math.min(12, source.size));
  if (bytes.length < 10 || latin1(bytes.subarray(0, 6)) !== magic)
    throw new StateError(`${asker}: this is no npy file: it does not begin as one, with ${JSON.stringify(magic)}`);
  const version = bytes[6];
  if (version < 1 || version > 3 || bytes[7] !== 0)
    throw new StateError(`${asker}: npy version ${version}.${bytes[7]}; known are 1.0, 2.0 and 3.0`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const begin = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : bytes.length < 12 ? Infinity : view.getUint32(8, true);
  if (length > source.size - begin || length > maxHeaderBytes)
    throw new StateError(
      `${asker}: a file of ${source.size} bytes announces an npy header of ${length}; it is damaged`,
    );
  const text = await source.read(begin, length);
  return { ...described(asker, version === 3 ? utf8(text) : latin1(text)), start: begin + length };
}

const utf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function described(asker: string, text: string): Omit<NpyHeader, 'start'> {
  const header = parsePythonLiteral(asker, text);
  const isDict = typeof header === 'object' && header !== null && !Array.isArray(header);
  const keys = isDict ? Object.keys(header).sort().join(', ') : 'no dict';
  if (!isDict || keys !== 'descr, fortran_order, shape')
    throw new StateError(`${asker}: the npy header must have descr, fortran_order and shape; it has ${keys}`);
  const { descr, fortran_order: fortran, shape } = header;
  if (typeof fortran !== 'boolean')
    throw new StateError(`${asker}: fortran_order must be True or False, not ${JSON.stringify(fortran)}`);
  if (!isSizes(shape)) throw new StateError(`${asker}: ${JSON.stringify(shape)} is no valid shape`);
  return { ...dtypeOf(asker, descr), fortran, shape };
}

function dtypeOf(asker: string, descr: Literal): Pick<NpyHeader, 'dtype' | 'littleEndian'> {
  const [, order, kind] = (typeof descr === 'string' && /^([<>|=]?)(.+)$/.exec(descr)) || [];
  if (kind !== undefined && Object.hasOwn(kinds, kind)) return { dtype: kinds[kind], littleEndian: order !== '>' };
  const what = Array.isArray(descr) ? 'records of several fields' : unreadable[kind?.[0] ?? ''];
  throw new StateError(
    `${asker}: dtype ${JSON.stringify(descr)}${what ? `, ${what}` : ''}: tensors here are made of ${Object.keys(kinds).join(', ')}`,
  );
}

const codes: Readonly<Record<Exclude<WrittenName, 'bfloat16'>, string>> = {
  float32: '<f4', float64: '<f8', float16: '<f2', int32: '<i4', bool: '|b1',
}; // prettier-ignore

/** The first bytes of an npy file of version 1, up to the elements, which begin at a multiple of 64. */
export function encodeNpyHeader(dtype: keyof typeof codes, shape: readonly number[]): Uint8Array {
  const sizes = shape.length === 1 ? `(${shape[0]},)` : `(${showShape(shape).slice(1, -1)})`;
  const text = `{'descr': '${codes[dtype]}', 'fortran_order': False, 'shape': ${sizes}, }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64;
  const bytes = new Uint8Array(length).fill(0x20);
  bytes.set(Uint8Array.from(`${magic}\x01\x00`, (letter) => letter.charCodeAt(0)));
  new DataView(bytes.buffer).setUint16(8, length - 10, true);
  bytes.set(new TextEncoder().encode(text), 10);
  bytes[length - 1] = 0x0a;
  return bytes;
}
