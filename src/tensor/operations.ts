import type { ElementwiseOperations } from './elementwise-operations';
import type { ReductionOperations } from './reduction-operations';
import type { Along, Axes, Axis, NewAxis, Reduced } from './shapes/axis';
import type { Extended, Selected } from './shapes/join';
import type { Factor, Product } from './shapes/matmul';
import type * as s from './shapes/movement';
import type { ShapeOf } from './shapes/shape';
import type { Tensor } from './tensor';

/** Every operation as a method: the matrix product, and what moves or picks elements, stand here. */
export interface Operations extends ElementwiseOperations, ReductionOperations {
  /**
   * The matrix product: [..., m, k] times [..., k, n] is [..., m, n], float32. Leading axes broadcast; a vector is a row
   * on the left and a column on the right. torch.matmul.
   * @throws ShapeError where the inner sizes differ, as the compiler does: "matmul: [2, 4] times [3, 4]: 4 is not 3"
   * @example tensor([[1, 2], [3, 4]]).matmul(tensor([1, 1])); // [3, 7]
   */
  matmul<T extends Tensor, U extends Tensor>(this: T, other: Factor<T, U>): Tensor<Product<T, U>>;

  /** The same elements in another shape; one size may be -1, for what is left. torch.reshape. @example arange(6).reshape([2, -1]); */
  reshape<const S extends s.Sizes>(shape: S): Tensor<s.Reshaped<S>>;
  /** The axes from start to end joined to one. torch.flatten. @example zeros([8, 28, 28]).flatten(1).shape; // [8, 784] */
  flatten<T extends Tensor, I extends number = 0, J extends number = -1>(
    this: T,
    start?: Axis<'flatten', T, I>,
    end?: Axis<'flatten', T, J>,
  ): Tensor<s.Flattened<T, I, J>>;
  /** Two axes swapped, by default the last two. torch.transpose. @example zeros([2, 3]).transpose().shape; // [3, 2] */
  transpose<T extends Tensor, I extends number = -2, J extends number = -1>(
    this: T,
    i?: Axis<'transpose', T, I>,
    j?: Axis<'transpose', T, J>,
  ): Tensor<s.Transposed<T, I, J>>;
  /** The axes in another order. torch.permute. @example zeros([2, 3, 4]).permute([2, 0, 1]).shape; // [4, 2, 3] */
  permute<T extends Tensor, const P extends s.Sizes>(this: T, order: s.Order<T, P>): Tensor<s.Permuted<T, P>>;
  /** Axes of size 1 repeated to the sizes given, new ones in front; -1 leaves a size as it is. torch.Tensor.expand. */
  expand<const S extends s.Sizes>(shape: S): Tensor<s.Reshaped<S>>;
  /** Without that axis if its size is 1, or without every axis of size 1. torch.squeeze. */
  squeeze<T extends Tensor, I extends number | undefined = undefined>(
    this: T,
    axis?: Axis<'squeeze', T, I>,
  ): Tensor<s.Squeezed<T, I>>;
  /** With an axis of size 1 put in there. torch.unsqueeze. @example zeros([3]).unsqueeze(-1).shape; // [3, 1] */
  unsqueeze<T extends Tensor, I extends number>(this: T, axis: NewAxis<'unsqueeze', T, I>): Tensor<s.Unsqueezed<T, I>>;
  /** this[start:end:step] along an axis, as in Python. @example arange(10).slice(0, -3); // [7, 8, 9] */
  slice<T extends Tensor, I extends number>(
    this: T,
    axis: Axis<'slice', T, I>,
    start?: number,
    end?: number,
    step?: number,
  ): Tensor<s.Resized<T, I>>;
  /** this[index] along an axis, which is then gone. torch.select. @example tensor([[1, 2], [3, 4]]).select(1, -1); // [2, 4] */
  select<T extends Tensor, I extends number>(this: T, axis: Axis<'select', T, I>, index: number): Tensor<Reduced<T, I>>;
  /** The order of elements turned round along those axes. torch.flip. */
  flip<T extends Tensor, const I extends Axes>(this: T, axes: Along<'flip', T, I>): Tensor<ShapeOf<T>>;
  /**
   * Windows of `size` elements at every `step`-th place along an axis: it becomes their number, and their elements are a new
   * last axis. torch.Tensor.unfold. @example tensor([1, 2, 3]).unfold(0, 2, 1); // [[1, 2], [2, 3]]
   */
  unfold(this: Tensor, axis: number, size: number, step: number): Tensor;
  /**
   * Padded with `value`: `pads` holds [before, after] for the last axis, then the one before it, and so on; negative ones
   * cut off. torch.nn.functional.pad. @example tensor([1, 2]).pad([1, 0]); // [0, 1, 2]
   */
  pad<T extends Tensor>(this: T, pads: s.Sizes, value?: number): Tensor<s.Unsized<T>>;
  /** out[i][j] = this[index[i][j]][j] along axis 0, and so on; the index is int32. torch.gather. */
  gather<T extends Tensor, U extends Tensor>(this: T, axis: number, index: U): Tensor<ShapeOf<U>>;
  /** this with source[i][j] added at [index[i][j]][j] along axis 0, and so on; the index is int32. torch.scatter_add. */
  scatterAdd<T extends Tensor>(this: T, axis: number, index: Tensor, source: Tensor): Tensor<ShapeOf<T>>;
  /** The slices along an axis that a list of int32 indices names, in its order. torch.index_select. */
  indexSelect<T extends Tensor, I extends number, U extends Tensor>(
    this: T,
    axis: Axis<'indexSelect', T, I>,
    index: U,
  ): Tensor<Selected<T, I, U>>;
  /** 1 where the class, along a new last axis, is the int32 index, else 0; int32. torch.nn.functional.one_hot. */
  oneHot<T extends Tensor, C extends number>(this: T, classes: C): Tensor<Extended<T, C>>;
}
