import type { DType } from '../core/dtype';
import type { Tensor } from '../tensor';
import { fileSystem } from './file-system';
import {
  decodeSafetensors,
  encodeSafetensors,
  type Metadata,
  type Stored,
  type TensorDict,
} from './safetensors-format';

export interface SaveSafetensorsOptions {
  /** Text kept in the file's header. */
  readonly metadata?: Metadata;
  /** What float32 tensors are stored as. Default 'float32'. */
  readonly dtype?: 'float32' | 'float16' | 'bfloat16' | 'float64';
}

/**
 * Writes tensors in the safetensors format, which PyTorch and others read. The file appears whole or not at all.
 *
 * Source: https://github.com/huggingface/safetensors
 * @example await saveSafetensors('model.safetensors', model.stateDict(), { metadata: { epochs: '10' } });
 */
export async function saveSafetensors(
  path: string,
  dict: Readonly<Record<string, Tensor>>,
  options: SaveSafetensorsOptions = {},
): Promise<void> {
  const { promises } = fileSystem('saveSafetensors');
  const items = await Promise.all(Object.entries(dict).map(([name, t]) => stored(name, t, options.dtype)));
  const partial = `${path}.${process.pid}.partial`;
  await promises.writeFile(partial, encodeSafetensors(items, options.metadata));
  await promises.rename(partial, path);
}

async function stored(name: string, value: Tensor, floats: DType = 'float32'): Promise<Stored> {
  const dtype = value.dtype === 'float32' ? floats : value.dtype;
  return { name, shape: value.shape, dtype, values: await value.data() };
}

/**
 * Reads a safetensors file: F64, F16 and BF16 become float32, I64 and U8 int32.
 * @throws StateError for a damaged file, or an I64 value beyond int32
 * @example model.loadStateDict(await loadSafetensors('model.safetensors'));
 */
export async function loadSafetensors(path: string): Promise<TensorDict> {
  return decodeSafetensors(await fileSystem('loadSafetensors').promises.readFile(path)).tensors;
}

/** The text that {@link saveSafetensors} kept in the header. */
export async function loadSafetensorsMetadata(path: string): Promise<Metadata> {
  return decodeSafetensors(await fileSystem('loadSafetensorsMetadata').promises.readFile(path)).metadata;
}
