import { zipSync } from 'fflate';

/** Pieces of pickles, written by hand: what no honest writer makes. */
export type Part = number | string | Uint8Array | readonly Part[];

/** The bytes: texts are their letters, lists their parts. */
export function assembled(part: Part): Buffer {
  if (typeof part === 'number') return Buffer.of(part);
  if (typeof part === 'string') return Buffer.from(part, 'latin1');
  return part instanceof Uint8Array ? Buffer.from(part) : Buffer.concat(part.map(assembled));
}

const long = (value: number): number[] => [...new Uint8Array(Uint32Array.of(value).buffer)];

export const proto: Part = [0x80, 2];
export const text = (value: string): Part => ['X', long(value.length), value];
export const int = (value: number): Part => ['J', long(value)];
export const global = (module: string, name: string): Part => `c${module}\n${name}\n`;
export const tuple = (...items: Part[]): Part => ['(', items, 't'];
export const call = (callee: Part, ...args: Part[]): Part => [callee, tuple(...args), 'R'];

/** A storage, as `torch.save` refers to it. */
export const storage = (type = 'FloatStorage', key = '0', count = 4): Part => [
  tuple(text('storage'), global('torch', type), text(key), text('cpu'), int(count)),
  'Q',
];

/** A tensor of a storage of four numbers. */
export function view(shape: readonly number[], strides: readonly number[], offset = 0, from = storage()): Part {
  const sizes = (list: readonly number[]) => tuple(...list.map(int));
  const rest: Part[] = [0x89, call(global('collections', 'OrderedDict'))];
  return call(global('torch._utils', '_rebuild_tensor_v2'), from, int(offset), sizes(shape), sizes(strides), ...rest);
}

/** A file of `torch.save` around a pickle, with one storage of the float32 numbers 0, 1, 2, 3. */
export function torchFile(pickle: Part, more: Readonly<Record<string, Uint8Array>> = {}, level: 0 | 9 = 0): Uint8Array {
  const members = {
    'x/data.pkl': new Uint8Array(assembled([proto, pickle, '.'])),
    'x/byteorder': Buffer.from('little'),
    'x/data/0': new Uint8Array(Float32Array.of(0, 1, 2, 3).buffer),
  };
  return zipSync({ ...members, ...more }, { level, mtime: new Date(1980, 0, 1) });
}
