import type { VarianceOptions } from '../ops';
import type { Along, Axes, Axis, Reduced } from './shapes/axis';
import type { ShapeOf } from './shapes/shape';
import type { Tensor } from './tensor';

/** One axis, a list, or all where it is left out. */
export type AxesArgument = Axes | undefined;

/** Folds along axes. */
interface Reduction<Op extends string> {
  <T extends Tensor, const I extends AxesArgument = undefined, K extends boolean = false>(
    this: T,
    axes?: Along<Op, T, I>,
    keepdim?: K,
  ): Tensor<Reduced<T, I, K>>;
}
interface Deviation<Op extends string> {
  <T extends Tensor, const I extends AxesArgument = undefined, K extends boolean = false>(
    this: T,
    axes?: Along<Op, T, I>,
    options?: VarianceOptions & { readonly keepdim?: K },
  ): Tensor<Reduced<T, I, K>>;
}
/** Finds a place along one axis. */
interface Position<Op extends string> {
  <T extends Tensor, I extends number | undefined = undefined, K extends boolean = false>(
    this: T,
    axis?: Axis<Op, T, I>,
    keepdim?: K,
  ): Tensor<Reduced<T, I, K>>;
}
/** Keeps the shape. */
interface Normalisation<Op extends string> {
  <T extends Tensor, I extends number>(this: T, axis: Axis<Op, T, I>): Tensor<ShapeOf<T>>;
}

/**
 * The operations that work along axes, as methods. `axes` is one axis or a list, negative ones count from the end; left
 * out or empty it means all. `keepdim` leaves a reduced axis in place, with size 1; by default it is gone. A scalar may be
 * reduced along 0 and -1, and has no axis after that either.
 * @throws IndexError for an axis outside the shape; where the types know it, the compiler says so
 */
export interface ReductionOperations {
  /** The sum; bool counts as int32. torch.sum. @example tensor([[1, 2], [3, 4]]).sum(1); // [3, 7] */
  sum: Reduction<'sum'>;
  /** The mean, float32 only. torch.mean. @example tensor([[1, 2], [3, 4]]).mean(0, true); // [[2, 3]] */
  mean: Reduction<'mean'>;
  /** The largest value; equal ones share the gradient evenly. torch.amax; `argmax` tells where it is. */
  max: Reduction<'max'>;
  /** The smallest value; equal ones share the gradient evenly. torch.amin; `argmin` tells where it is. */
  min: Reduction<'min'>;
  /** The product; bool counts as int32. torch.prod, over several axes too. */
  prod: Reduction<'prod'>;
  /** log(sum(exp(this))) without overflow, float32. torch.logsumexp. */
  logsumexp: Reduction<'logsumexp'>;
  /** The variance, float32 only, divided by n - correction (default 1). torch.var. */
  var: Deviation<'var'>;
  /** The root of the variance, float32 only. torch.std. */
  std: Deviation<'std'>;
  /** The position of the first largest value along one axis, or in the flattened tensor; int32. torch.argmax. */
  argmax: Position<'argmax'>;
  /** The position of the first smallest value along one axis, or in the flattened tensor; int32. torch.argmin. */
  argmin: Position<'argmin'>;
  /** exp(this) / sum(exp(this)) along an axis, without overflow; float32 only. torch.softmax. */
  softmax: Normalisation<'softmax'>;
  /** log(softmax(this)) along an axis, without overflow; float32 only. torch.log_softmax. */
  logSoftmax: Normalisation<'logSoftmax'>;
}
