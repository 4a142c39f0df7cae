import { StateError } from '../core/errors';
import { suggest } from '../core/options';
import type { Tensor } from '../tensor';
import { openSource, type ByteSource, type FileLike } from './byte-source';
import { elements } from './elements';
import { readTensor } from './read-tensor';
import {
  headerLength,
  parseHeader,
  type Metadata,
  type SafetensorsEntry,
  type SafetensorsHeader,
} from './safetensors-header';

/** A safetensors file of which the header was read: it lists what is there and reads one tensor at a time. */
export class SafetensorsFile {
  /** Dtype, shape and place of every tensor, by name. */
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  /** The text kept in the header. */
  readonly metadata: Metadata;

  constructor(
    private readonly source: ByteSource,
    header: { entries: ReadonlyMap<string, SafetensorsEntry>; metadata: Metadata },
    private readonly start: number,
  ) {
    this.entries = header.entries;
    this.metadata = header.metadata;
  }

  /** Reads one tensor. @throws StateError for a name that is not there, naming the nearest one */
  async tensor(name: string): Promise<Tensor> {
    const entry = this.entries.get(name);
    if (!entry)
      throw new StateError(`SafetensorsFile: there is no tensor '${name}'; ${suggest(name, [...this.entries.keys()])}`);
    const encoded = { element: elements[entry.dtype], littleEndian: true };
    return readTensor(this.source, this.start + entry.begin, entry.shape, encoded, `SafetensorsFile: '${name}'`);
  }

  /** Closes the file. What was read stays. */
  close(): Promise<void> {
    return this.source.close();
  }
}

/**
 * Opens a safetensors file to read single tensors of it. A file of any size: only its header and what is asked for are
 * read. As safe_open of the format's own library.
 *
 * Source: https://huggingface.co/docs/safetensors/index
 * @param from the path of a file, its bytes, or a Blob
 * @throws StateError for a damaged header, and for a tensor that is not there
 * @example
 * const file = await openSafetensors('model.safetensors');
 * for (const [name, { dtype, shape }] of file.entries) console.log(name, dtype, shape);
 * const weight = await file.tensor('weight');
 * await file.close();
 */
export async function openSafetensors(from: FileLike): Promise<SafetensorsFile> {
  return opened('openSafetensors', from);
}

/** The same on behalf of another function, which errors name. */
export async function opened(asker: string, from: FileLike): Promise<SafetensorsFile> {
  const source = await openSource(asker, from);
  try {
    const { start, ...header } = await readHeader(asker, source);
    return new SafetensorsFile(source, header, start);
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** What the header says, and where the tensors begin. */
export async function readHeader(asker: string, source: ByteSource): Promise<SafetensorsHeader & { start: number }> {
  const length = headerLength(asker, await source.read(0, Math.min(8, source.size)), source.size);
  const start = 8 + length;
  return { ...parseHeader(asker, await source.read(8, length), source.size - start), start };
}
