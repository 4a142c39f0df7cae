import { StateError } from '../core/errors';
import { checkOptions } from '../core/options';
import { Budget } from './budget';
import { withSource, type FileLike } from './byte-source';
import { Global, isDict } from './pickle-machine';
import type { TensorDict } from './safetensors-format';
import { TorchArchive } from './torch-archive';
import { TorchGlobals } from './torch-globals';
import { TorchStorage } from './torch-tensor';
import { unpickle } from './unpickle';

export interface LoadTorchOptions {
  /**
   * How much memory may be made of the file: tensors that repeat or share their storage, and what was deflated, can take
   * more than the file. Default: 16 times its size and 64 MiB.
   */
  readonly maxBytes?: number;
}

/**
 * Reads what `torch.save` wrote since PyTorch 1.6: state dicts of modules and optimizers, tensors and parameters by
 * themselves, and dicts, lists and tuples of them and of plain values. As `torch.load` with `weights_only`, and stricter:
 * nothing but tensors and plain values is ever made, and code is never run.
 *
 * Dicts become objects, their keys text; lists, tuples and sizes arrays; None null; dtypes and devices their names; whole
 * numbers beyond 2^53 bigints. Floats of 64, 16 and 8 bits become float32, whole numbers of any size int32. Tensors that
 * share a storage become independent. Attributes, such as the `_metadata` of a state dict, are left out.
 *
 * PyTorch: https://docs.pytorch.org/docs/stable/generated/torch.load.html
 * @typeParam T what the file is known to hold; it is not checked. Default: tensors by name
 * @param from the path of a file, its bytes, or a Blob
 * @throws StateError for damaged files, names that are not allowed (naming them and those that are), older formats,
 * whole numbers beyond int32 in tensors, and more memory than `maxBytes`
 * @example loadStateDict(model, await loadTorch('model.pt'));
 */
export async function loadTorch<T = TensorDict>(from: FileLike, options: LoadTorchOptions = {}): Promise<T> {
  checkOptions('loadTorch', options, ['maxBytes']);
  return withSource('loadTorch', from, async (source) => {
    const budget = new Budget('loadTorch', source.size, options.maxBytes);
    const archive = await TorchArchive.open(source, budget);
    const world = new TorchGlobals({ archive, littleEndian: await archive.littleEndian(), budget });
    const value = await unpickle(await archive.whole('data.pkl'), world, budget);
    checkValues(value);
    return value as T;
  });
}

/** @throws StateError where a type or a storage stands for a value. Without recursion: there may be cycles. */
function checkValues(root: unknown): void {
  const seen = new Set<unknown>();
  const waiting = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (value instanceof Global) throw new StateError(`loadTorch: the file holds the type ${value.name} as a value`);
    if (value instanceof TorchStorage)
      throw new StateError('loadTorch: the file holds a storage by itself; save a tensor of it');
    if (seen.has(value)) continue;
    const inside = itemsOf(value);
    if (inside) seen.add(value);
    for (const item of inside ?? []) waiting.push(item);
  }
}

function itemsOf(value: unknown): Iterable<unknown> | undefined {
  if (isDict(value)) return Object.values(value);
  return Array.isArray(value) || value instanceof Set ? value : undefined;
}
