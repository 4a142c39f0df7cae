import { ShapeError, ValueError } from '../core/errors';
import { product, showShape } from '../core/shape';
import { show } from '../core/show';
import { isTensor, tensor, type Tensor, type TypedArray } from '../tensor';
import { checkIndex, type Dataset } from './dataset';
import { hostValues } from './host-values';

/**
 * Tensors that agree in their first size; sample i is the i-th slice of each.
 *
 * Source: torch.utils.data.TensorDataset
 * @throws ValueError for no tensors, and what is none, ShapeError where first sizes differ
 * @example new TensorDataset(randn([100, 4]), zeros([100], { dtype: 'int32' })).get(0); // [a [4], a []]
 */
export class TensorDataset<T extends readonly Tensor[] = readonly Tensor[]> implements Dataset<T> {
  readonly tensors: T;
  readonly #values: readonly TypedArray[];

  constructor(...tensors: T) {
    if (tensors.length === 0) throw new ValueError('TensorDataset: give at least one tensor');
    const other = tensors.findIndex((t) => !isTensor(t));
    if (other >= 0)
      throw new ValueError(`TensorDataset: argument ${other} is ${show(tensors[other])}, no tensor; tensor(values) makes one`); // prettier-ignore
    const lengths = tensors.map((t) => t.shape[0]);
    if (lengths.some((length) => length === undefined || length !== lengths[0]))
      throw new ShapeError(
        `TensorDataset: first sizes must agree, got ${tensors.map((t) => showShape(t.shape)).join(' and ')}`,
      );
    this.tensors = tensors;
    this.#values = tensors.map(hostValues);
  }

  get length(): number {
    return this.tensors[0].shape[0];
  }
  get(index: number): T {
    checkIndex('TensorDataset', index, this.length);
    return this.tensors.map((t, k) => rows(this.#values[k], t, [index], t.shape.slice(1))) as unknown as T;
  }
  batch(indices: ArrayLike<number>): T {
    for (let i = 0; i < indices.length; i++) checkIndex('TensorDataset', indices[i], this.length);
    return this.tensors.map((t, k) =>
      rows(this.#values[k], t, indices, [indices.length, ...t.shape.slice(1)]),
    ) as unknown as T;
  }
}

function rows(
  values: TypedArray,
  { shape, dtype }: Tensor,
  indices: ArrayLike<number>,
  out: readonly number[],
): Tensor {
  const size = product(shape.slice(1));
  const picked = new (values.constructor as new (length: number) => TypedArray)(indices.length * size);
  for (let i = 0; i < indices.length; i++)
    picked.set(values.subarray(indices[i] * size, (indices[i] + 1) * size), i * size);
  return tensor(picked, { shape: out, dtype });
}
