import { ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import type { Tensor } from '../tensor';
import type { FileLike } from './byte-source';
import { floatOption } from './float-option';
import { opened } from './safetensors-file';
import { layout, type TensorDict } from './safetensors-format';
import { checkMetadata, encodeHeader, type Metadata } from './safetensors-header';
import { writeFile } from './write-file';
import { writeValues, writtenDict } from './written-tensor';

export interface SaveSafetensorsOptions {
  /** Text kept in the file's header. */
  readonly metadata?: Metadata;
  /** What float32 tensors are stored as. Default 'float32'. */
  readonly dtype?: 'float32' | 'float16' | 'bfloat16' | 'float64';
}

/**
 * Writes tensors in the safetensors format, which PyTorch and others read: float32, or what `dtype` says, int32 and bool.
 * The file appears whole or not at all, with the values that the tensors have at the call. One tensor at a time is in
 * memory.
 *
 * Source: https://github.com/huggingface/safetensors
 * @throws ValueError for what is no tensor, no text in `metadata`, or an unknown option
 * @example await saveSafetensors('model.safetensors', model.stateDict(), { metadata: { epochs: '10' } });
 */
export async function saveSafetensors(
  path: string,
  dict: Readonly<Record<string, Tensor>>,
  options: SaveSafetensorsOptions = {},
): Promise<void> {
  const asker = 'saveSafetensors';
  checkOptions(asker, options, ['metadata', 'dtype']);
  const { metadata, dtype = 'float32' } = options;
  if (metadata !== undefined) checkMetadata(ValueError, asker, metadata);
  const floats = floatOption(asker, dtype, ['float32', 'float16', 'bfloat16', 'float64']);
  const [entries, ordered] = layout(writtenDict(asker, dict, floats));
  const header = encodeHeader(entries, metadata);
  await writeFile(asker, path, async (sink) => {
    await sink(header);
    for (const item of ordered) await writeValues(await item.values(), item.dtype, sink);
  });
}

/**
 * Reads a safetensors file of any size, piece by piece. Floats of 64, 16 and 8 bits become float32, whole numbers of any
 * size int32.
 * @param from the path of a file, its bytes, or a Blob
 * @throws StateError for a damaged file, a whole number beyond int32, and dtypes that tensors here cannot hold
 * @example model.loadStateDict(await loadSafetensors('model.safetensors'));
 */
export async function loadSafetensors(from: FileLike): Promise<TensorDict> {
  const file = await opened('loadSafetensors', from);
  try {
    const tensors: [string, Tensor][] = [];
    for (const name of file.entries.keys()) tensors.push([name, await file.tensor(name)]);
    return Object.fromEntries(tensors);
  } finally {
    await file.close();
  }
}

/** The text that {@link saveSafetensors} kept in the header, which is all that is read. */
export async function loadSafetensorsMetadata(from: FileLike): Promise<Metadata> {
  const file = await opened('loadSafetensorsMetadata', from);
  await file.close();
  return file.metadata;
}
