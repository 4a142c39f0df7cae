import { ValueError } from '../core/errors';
import { isTensor, stack, tensor, type Tensor } from '../tensor';

/** Samples joined along a new first axis: tensors and numbers, or lists and objects of them, each place by itself. */
export function collate(samples: readonly unknown[]): unknown {
  const [first] = samples;
  if (isTensor(first)) return stack(samples as Tensor[], 0);
  if (typeof first === 'number')
    return tensor(samples as number[], { dtype: samples.every(Number.isInteger) ? 'int32' : 'float32' });
  if (Array.isArray(first)) return first.map((_, i) => collate((samples as unknown[][]).map((sample) => sample[i])));
  if (typeof first !== 'object' || first === null)
    throw new ValueError(
      `DataLoader: cannot join samples of type ${typeof first}; give tensors, numbers, lists or objects of them, or a collate function`,
    );
  return Object.fromEntries(
    Object.keys(first).map((key) => [
      key,
      collate((samples as Record<string, unknown>[]).map((sample) => sample[key])),
    ]),
  );
}
