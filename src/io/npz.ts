import { StateError, ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import type { Tensor } from '../tensor';
import { Budget } from './budget';
import { withSource, type FileLike } from './byte-source';
import { floatOption } from './float-option';
import { npyFloats, readNpy, writeNpy, type SaveNpyOptions } from './npy';
import type { TensorDict } from './safetensors-format';
import { collected, writeFile, type Sink } from './write-file';
import { writtenDict, writtenSize, type WrittenTensor } from './written-tensor';
import { readDirectory } from './zip-directory';
import { openMember } from './zip-member';

export interface LoadNpzOptions {
  /** How many bytes deflated arrays may become. Default: 16 times the file's size and 64 MiB. */
  readonly maxBytes?: number;
}
export interface SaveNpzOptions extends SaveNpyOptions {
  /** Whether arrays are deflated, as by numpy.savez_compressed. Default false. */
  readonly compress?: boolean;
}

/**
 * Reads the arrays of a numpy archive by name, stored or deflated, as {@link loadNpy} reads each.
 *
 * Source: https://numpy.org/doc/stable/reference/generated/numpy.savez.html
 * @param from the path of a file, its bytes, or a Blob
 * @throws StateError for a damaged archive, one that becomes more than `maxBytes`, and what is no array in it
 * @example const { images, labels } = await loadNpz('digits.npz');
 */
export async function loadNpz(from: FileLike, options: LoadNpzOptions = {}): Promise<TensorDict> {
  const asker = 'loadNpz';
  checkOptions(asker, options, ['maxBytes']);
  return withSource(asker, from, async (source) => {
    const budget = new Budget(asker, source.size, options.maxBytes);
    const tensors: [string, Tensor][] = [];
    for (const member of (await readDirectory(asker, source)).values()) {
      if (!member.name.endsWith('.npy'))
        throw new StateError(`${asker}: '${member.name}' is no array: in an npz archive, names end in .npy`);
      const bytes = await openMember(source, member, budget);
      tensors.push([member.name.slice(0, -4), await readNpy(`${asker}: '${member.name}'`, bytes)]);
    }
    return Object.fromEntries(tensors);
  });
}

/**
 * Writes tensors by name as an archive that numpy loads, each as {@link saveNpy} writes it. The file appears whole or not
 * at all.
 *
 * Source: https://numpy.org/doc/stable/reference/generated/numpy.savez.html
 * @throws ValueError for what is no tensor, an unknown option, and archives beyond 4 GB
 * @example await saveNpz('digits.npz', { images, labels }, { compress: true });
 */
export async function saveNpz(
  path: string,
  dict: Readonly<Record<string, Tensor>>,
  options: SaveNpzOptions = {},
): Promise<void> {
  const items = npzItems('saveNpz', dict, options);
  await writeFile('saveNpz', path, (sink) => writeNpz(items, options, sink));
}

/**
 * The bytes that {@link saveNpz} writes, where there are no files.
 * @throws ValueError for what is no tensor, an unknown option, and archives beyond 4 GB
 * @example const blob = new Blob([await encodeNpz({ images, labels })]);
 */
export async function encodeNpz(
  dict: Readonly<Record<string, Tensor>>,
  options: SaveNpzOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const items = npzItems('encodeNpz', dict, options);
  return collected((sink) => writeNpz(items, options, sink));
}

const longestArchive = 2 ** 32 - 1;
/** Headers, descriptors and the directory take less than this for each array, its name aside. */
const overhead = 1024;

function npzItems(asker: string, dict: Readonly<Record<string, Tensor>>, options: SaveNpzOptions): WrittenTensor[] {
  checkOptions(asker, options, ['dtype', 'compress']);
  const { compress = false, dtype = 'float32' } = options;
  if (typeof compress !== 'boolean')
    throw new ValueError(`${asker}: compress must be true or false, not ${String(compress)}`);
  const items = writtenDict(asker, dict, floatOption(asker, dtype, npyFloats));
  const size = items.reduce((sum, item) => sum + writtenSize(item) + 6 * item.name.length + overhead, 0);
  if (size > longestArchive || items.length > 0xfffe)
    throw new ValueError(
      `${asker}: ${items.length} tensors of ${size} bytes are more than this archive holds (65534, 4 GB); use saveSafetensors, or several files`,
    );
  return items;
}

/** As numpy dates the files of an archive, so that equal tensors make equal bytes. */
const mtime = new Date(1980, 0, 1);

async function writeNpz(items: readonly WrittenTensor[], { compress }: SaveNpzOptions, sink: Sink): Promise<void> {
  const { Zip, ZipDeflate, ZipPassThrough } = await import('fflate');
  const ready: Uint8Array[] = [];
  const zip = new Zip((error, bytes) => {
    if (error) throw new ValueError(`npz: ${error.message}`);
    ready.push(bytes);
  });
  const flush = async () => {
    for (const bytes of ready.splice(0)) await sink(bytes);
  };
  for (const item of items) {
    const file = compress ? new ZipDeflate(`${item.name}.npy`) : new ZipPassThrough(`${item.name}.npy`);
    file.mtime = mtime;
    zip.add(file);
    await writeNpy(item, async (bytes) => {
      file.push(bytes);
      await flush();
    });
    file.push(new Uint8Array(0), true);
    await flush();
  }
  zip.end();
  await flush();
}
