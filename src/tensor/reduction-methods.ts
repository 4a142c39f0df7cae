import type { Node } from '../graph/node';
import * as ops from '../ops';
import { ElementwiseMethods } from './elementwise-methods';
import type { Along, Axes, Axis, Reduced } from './shapes/axis';
import type { ShapeOf } from './shapes/shape';
import type { Tensor } from './tensor';
import { wrap } from './wrap';

type All = Axes | undefined;

/**
 * The operations that work along axes, as methods. `axes` is one axis or a list, negative ones count from the end; left
 * out or empty it means all. `keepdim` leaves a reduced axis in place, with size 1; by default it is gone.
 * @throws IndexError for an axis outside the shape; where the types know it, the compiler says so
 */
export abstract class ReductionMethods extends ElementwiseMethods {
  private along<O>(op: (x: Node, axes?: Axes, options?: O) => Node, axes: unknown, options?: O): Tensor<any> {
    return wrap(op(this.node, axes as All, options));
  }

  /** The sum; bool counts as int32. torch.sum. @example tensor([[1, 2], [3, 4]]).sum(1); // [3, 7] */
  sum<T extends Tensor, const I extends All = undefined, K extends boolean = false>(
    this: T,
    axes?: Along<'sum', T, I>,
    keepdim?: K,
  ): Tensor<Reduced<T, I, K>> {
    return this.along(ops.sum, axes, keepdim);
  }
  /** The mean, float32 only. torch.mean. @example tensor([[1, 2], [3, 4]]).mean(0, true); // [[2, 3]] */
  mean<T extends Tensor, const I extends All = undefined, K extends boolean = false>(
    this: T,
    axes?: Along<'mean', T, I>,
    keepdim?: K,
  ): Tensor<Reduced<T, I, K>> {
    return this.along(ops.mean, axes, keepdim);
  }
  /** The largest value; equal ones share the gradient evenly. torch.amax; `argmax` tells where it is. */
  max<T extends Tensor, const I extends All = undefined, K extends boolean = false>(
    this: T,
    axes?: Along<'max', T, I>,
    keepdim?: K,
  ): Tensor<Reduced<T, I, K>> {
    return this.along(ops.max, axes, keepdim);
  }
  /** The smallest value; equal ones share the gradient evenly. torch.amin; `argmin` tells where it is. */
  min<T extends Tensor, const I extends All = undefined, K extends boolean = false>(
    this: T,
    axes?: Along<'min', T, I>,
    keepdim?: K,
  ): Tensor<Reduced<T, I, K>> {
    return this.along(ops.min, axes, keepdim);
  }
  /** The product; bool counts as int32. torch.prod, over several axes too. */
  prod<T extends Tensor, const I extends All = undefined, K extends boolean = false>(
    this: T,
    axes?: Along<'prod', T, I>,
    keepdim?: K,
  ): Tensor<Reduced<T, I, K>> {
    return this.along(ops.prod, axes, keepdim);
  }
  /** log(sum(exp(this))) without overflow, float32. torch.logsumexp. */
  logsumexp<T extends Tensor, const I extends All = undefined, K extends boolean = false>(
    this: T,
    axes?: Along<'logsumexp', T, I>,
    keepdim?: K,
  ): Tensor<Reduced<T, I, K>> {
    return this.along(ops.logsumexp, axes, keepdim);
  }
  /** The variance, float32 only, divided by n - correction (default 1). torch.var. */
  var<T extends Tensor, const I extends All = undefined, K extends boolean = false>(
    this: T,
    axes?: Along<'var', T, I>,
    options?: ops.VarianceOptions & { readonly keepdim?: K },
  ): Tensor<Reduced<T, I, K>> {
    return this.along(ops.variance, axes, options);
  }
  /** The root of the variance, float32 only. torch.std. */
  std<T extends Tensor, const I extends All = undefined, K extends boolean = false>(
    this: T,
    axes?: Along<'std', T, I>,
    options?: ops.VarianceOptions & { readonly keepdim?: K },
  ): Tensor<Reduced<T, I, K>> {
    return this.along(ops.std, axes, options);
  }
  /** The position of the first largest value along one axis, or in the flattened tensor; int32. torch.argmax. */
  argmax<T extends Tensor, I extends number | undefined = undefined, K extends boolean = false>(
    this: T,
    axis?: Axis<'argmax', T, I>,
    keepdim?: K,
  ): Tensor<Reduced<T, I, K>> {
    return wrap(ops.argmax(this.node, axis, keepdim));
  }
  /** The position of the first smallest value along one axis, or in the flattened tensor; int32. torch.argmin. */
  argmin<T extends Tensor, I extends number | undefined = undefined, K extends boolean = false>(
    this: T,
    axis?: Axis<'argmin', T, I>,
    keepdim?: K,
  ): Tensor<Reduced<T, I, K>> {
    return wrap(ops.argmin(this.node, axis, keepdim));
  }
  /** exp(this) / sum(exp(this)) along an axis, without overflow; float32 only. torch.softmax. */
  softmax<T extends Tensor, I extends number>(this: T, axis: Axis<'softmax', T, I>): Tensor<ShapeOf<T>> {
    return wrap(ops.softmax(this.node, axis));
  }
  /** log(softmax(this)) along an axis, without overflow; float32 only. torch.log_softmax. */
  logSoftmax<T extends Tensor, I extends number>(this: T, axis: Axis<'logSoftmax', T, I>): Tensor<ShapeOf<T>> {
    return wrap(ops.logSoftmax(this.node, axis));
  }
}
