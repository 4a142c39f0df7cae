import type { VarianceOptions } from '../ops';
import type { Along, Axes, Axis, Reduced } from './shapes/axis';
import type { ShapeOf } from './shapes/shape';
import type { Tensor } from './tensor';

/** One axis, a list, or all where it is left out. */
export type AxesArgument = Axes | undefined;

/**
 * The operations that work along axes, as methods. `axes` is one axis or a list, negative ones count from the end; left
 * out or empty it means all. `keepdim` leaves a reduced axis in place, with size 1; by default it is gone. A scalar may be
 * reduced along 0 and -1, and has no axis after that either.
 * @throws IndexError for an axis outside the shape; where the types know it, the compiler says so
 */
export interface ReductionOperations {
  /** The sum; bool counts as int32. torch.sum. @example tensor([[1, 2], [3, 4]]).sum(1); // [3, 7] */
  sum<T extends Tensor, const I extends AxesArgument = undefined, K extends boolean = false>(
    this: T,
    axes?: Along<'sum', T, I>,
    keepdim?: K,
  ): Tensor<Reduced<T, I, K>>;
  /** The mean, float32 only. torch.mean. @example tensor([[1, 2], [3, 4]]).mean(0, true); // [[2, 3]] */
  mean<T extends Tensor, const I extends AxesArgument = undefined, K extends boolean = false>(
    this: T,
    axes?: Along<'mean', T, I>,
    keepdim?: K,
  ): Tensor<Reduced<T, I, K>>;
  /** The largest value; equal ones share the gradient evenly. torch.amax; `argmax` tells where it is. */
  max<T extends Tensor, const I extends AxesArgument = undefined, K extends boolean = false>(
    this: T,
    axes?: Along<'max', T, I>,
    keepdim?: K,
  ): Tensor<Reduced<T, I, K>>;
  /** The smallest value; equal ones share the gradient evenly. torch.amin; `argmin` tells where it is. */
  min<T extends Tensor, const I extends AxesArgument = undefined, K extends boolean = false>(
    this: T,
    axes?: Along<'min', T, I>,
    keepdim?: K,
  ): Tensor<Reduced<T, I, K>>;
  /** The product; bool counts as int32. torch.prod, over several axes too. */
  prod<T extends Tensor, const I extends AxesArgument = undefined, K extends boolean = false>(
    this: T,
    axes?: Along<'prod', T, I>,
    keepdim?: K,
  ): Tensor<Reduced<T, I, K>>;
  /** log(sum(exp(this))) without overflow, float32. torch.logsumexp. */
  logsumexp<T extends Tensor, const I extends AxesArgument = undefined, K extends boolean = false>(
    this: T,
    axes?: Along<'logsumexp', T, I>,
    keepdim?: K,
  ): Tensor<Reduced<T, I, K>>;
  /** The variance, float32 only, divided by n - correction (default 1). torch.var. */
  var<T extends Tensor, const I extends AxesArgument = undefined, K extends boolean = false>(
    this: T,
    axes?: Along<'var', T, I>,
    options?: VarianceOptions & { readonly keepdim?: K },
  ): Tensor<Reduced<T, I, K>>;
  /** The root of the variance, float32 only. torch.std. */
  std<T extends Tensor, const I extends AxesArgument = undefined, K extends boolean = false>(
    this: T,
    axes?: Along<'std', T, I>,
    options?: VarianceOptions & { readonly keepdim?: K },
  ): Tensor<Reduced<T, I, K>>;
  /** The position of the first largest value along one axis, or in the flattened tensor; int32. torch.argmax. */
  argmax<T extends Tensor, I extends number | undefined = undefined, K extends boolean = false>(
    this: T,
    axis?: Axis<'argmax', T, I>,
    keepdim?: K,
  ): Tensor<Reduced<T, I, K>>;
  /** The position of the first smallest value along one axis, or in the flattened tensor; int32. torch.argmin. */
  argmin<T extends Tensor, I extends number | undefined = undefined, K extends boolean = false>(
    this: T,
    axis?: Axis<'argmin', T, I>,
    keepdim?: K,
  ): Tensor<Reduced<T, I, K>>;
  /** exp(this) / sum(exp(this)) along an axis, without overflow; float32 only. torch.softmax. */
  softmax<T extends Tensor, I extends number>(this: T, axis: Axis<'softmax', T, I>): Tensor<ShapeOf<T>>;
  /** log(softmax(this)) along an axis, without overflow; float32 only. torch.log_softmax. */
  logSoftmax<T extends Tensor, I extends number>(this: T, axis: Axis<'logSoftmax', T, I>): Tensor<ShapeOf<T>>;
}
