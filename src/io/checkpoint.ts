import { StateError } from '../core/errors';
import type { FileLike } from './byte-source';
import { saveSafetensors } from './safetensors';
import { opened } from './safetensors-file';
import type { Metadata } from './safetensors-header';
import { divideTree, joinTree } from './state-tree';
import type { TensorDict } from './safetensors-format';

export const checkpointFormat = 'decograd.checkpoint';
export const checkpointVersion = 1;

/**
 * Writes a state to be gone on from: plain data in which tensors may stand anywhere, such as state dicts of models,
 * optimizers, schedulers and loaders. It is a safetensors file, whose tensors are named by their places and whose metadata
 * holds the rest as JSON: `model.` before a path is a parameter. The file appears whole or not at all, and is on the disk when
 * the promise resolves; values are those of the call.
 * @param state an object; what is undefined in it is left out
 * @throws StateError for what is no plain data, with its place in the state
 * @example await saveCheckpoint('run.safetensors', { model: model.stateDict(), optimizer: optimizer.stateDict(), epoch: 3 });
 */
export async function saveCheckpoint(path: string, state: object): Promise<void> {
  const { json, tensors } = divideTree(state);
  const metadata = { format: checkpointFormat, version: String(checkpointVersion), state: JSON.stringify(json) };
  await saveSafetensors(path, tensors, { metadata });
}

/**
 * Reads what {@link saveCheckpoint} wrote.
 * @param from the path of a file, its bytes, or a Blob
 * @throws StateError for a damaged file, one that is no checkpoint, or that of a newer version of this library
 * @example
 * const saved = await loadCheckpoint('run.safetensors');
 * model.loadStateDict(saved.model);
 */
export async function loadCheckpoint(from: FileLike): Promise<Record<string, any>> {
  const file = await opened('loadCheckpoint', from);
  try {
    const json = stateIn(file.metadata, typeof from === 'string' ? from : 'the file');
    const tensors: TensorDict = {};
    for (const name of file.entries.keys()) tensors[name] = await file.tensor(name);
    return joinTree(json, tensors) as Record<string, any>;
  } finally {
    await file.close();
  }
}

/** The state in a file's metadata, as JSON in which names stand for tensors. */
export function stateIn(metadata: Metadata, name: string): unknown {
  const { format, version, state } = metadata;
  if (format !== checkpointFormat || state === undefined)
    throw new StateError(
      `loadCheckpoint: ${name} is no checkpoint but tensors alone; read it with loadSafetensors, and give model.loadStateDict those of the model`,
    );
  if (Number(version) > checkpointVersion)
    throw new StateError(
      `loadCheckpoint: ${name} was written by a newer decograd, in version ${version} of the format; this one reads ${checkpointVersion}: update it`,
    );
  try {
    return JSON.parse(state) as unknown;
  } catch (error) {
    throw new StateError(`loadCheckpoint: ${name}: its state is damaged (${(error as Error).message})`);
  }
}
