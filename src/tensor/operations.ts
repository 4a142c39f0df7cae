import type { ComputeType } from '../core/dtype';
import type { Node } from '../graph/node';
import * as ops from '../ops';
import { nodeOf, wrap } from './wrap';
import type { Tensor } from './tensor';

type Axes = number | readonly number[];
type Operand = Tensor | number;

/** Every operation as a method. The same exist as functions: `x.add(y)` is `add(x, y)`. */
export abstract class Operations {
  abstract get node(): Node;

  private with(op: (a: Node, b: Node) => Node, other: Operand): Tensor {
    return wrap(op(this.node, nodeOf(other, this.node)));
  }

  /** this + other, broadcast. Arithmetic on bool gives int32, so that masks can be counted; PyTorch's gives bool. */
  add(other: Operand): Tensor {
    return this.with(ops.add, other);
  }
  sub(other: Operand): Tensor {
    return this.with(ops.sub, other);
  }
  mul(other: Operand): Tensor {
    return this.with(ops.mul, other);
  }
  /** True division: integers are converted to float32. */
  div(other: Operand): Tensor {
    return this.with(ops.div, other);
  }
  /** this ** other. Integers stay integers: to a negative power they are 0 unless the base is 1 or -1. */
  pow(other: Operand): Tensor {
    return this.with(ops.pow, other);
  }
  maximum(other: Operand): Tensor {
    return this.with(ops.maximum, other);
  }
  minimum(other: Operand): Tensor {
    return this.with(ops.minimum, other);
  }
  eq(other: Operand): Tensor {
    return this.with(ops.eq, other);
  }
  ne(other: Operand): Tensor {
    return this.with(ops.ne, other);
  }
  lt(other: Operand): Tensor {
    return this.with(ops.lt, other);
  }
  le(other: Operand): Tensor {
    return this.with(ops.le, other);
  }
  gt(other: Operand): Tensor {
    return this.with(ops.gt, other);
  }
  ge(other: Operand): Tensor {
    return this.with(ops.ge, other);
  }
  logicalAnd(other: Tensor): Tensor {
    return this.with(ops.logicalAnd, other);
  }
  logicalOr(other: Tensor): Tensor {
    return this.with(ops.logicalOr, other);
  }
  logicalNot(): Tensor {
    return wrap(ops.logicalNot(this.node));
  }
  neg(): Tensor {
    return wrap(ops.neg(this.node));
  }
  abs(): Tensor {
    return wrap(ops.abs(this.node));
  }
  square(): Tensor {
    return wrap(ops.square(this.node));
  }
  sign(): Tensor {
    return wrap(ops.sign(this.node));
  }
  exp(): Tensor {
    return wrap(ops.exp(this.node));
  }
  log(): Tensor {
    return wrap(ops.log(this.node));
  }
  sqrt(): Tensor {
    return wrap(ops.sqrt(this.node));
  }
  rsqrt(): Tensor {
    return wrap(ops.rsqrt(this.node));
  }
  reciprocal(): Tensor {
    return wrap(ops.reciprocal(this.node));
  }
  sin(): Tensor {
    return wrap(ops.sin(this.node));
  }
  cos(): Tensor {
    return wrap(ops.cos(this.node));
  }
  tanh(): Tensor {
    return wrap(ops.tanh(this.node));
  }
  erf(): Tensor {
    return wrap(ops.erf(this.node));
  }
  sigmoid(): Tensor {
    return wrap(ops.sigmoid(this.node));
  }
  relu(): Tensor {
    return wrap(ops.relu(this.node));
  }
  silu(): Tensor {
    return wrap(ops.silu(this.node));
  }
  gelu(approximate: 'none' | 'tanh' = 'none'): Tensor {
    return wrap(ops.gelu(this.node, approximate));
  }
  /** Rounded down; integers stay as they are. */
  floor(): Tensor {
    return wrap(ops.floor(this.node));
  }
  ceil(): Tensor {
    return wrap(ops.ceil(this.node));
  }
  /** To the nearest integer, halves to the even one. */
  round(): Tensor {
    return wrap(ops.round(this.node));
  }
  /** Limited to [low, high]; a missing bound is infinite. Integers become float32 where a bound is fractional. */
  clamp(low?: number, high?: number): Tensor {
    return wrap(ops.clamp(this.node, low, high));
  }
  /** this where the condition holds, other elsewhere. */
  where(condition: Tensor, other: Operand): Tensor {
    return wrap(ops.where(condition.node, this.node, nodeOf(other, this.node)));
  }

  /** The sum along the axes, all by default; int32 of integers and bool, where PyTorch has int64. */
  sum(axes?: Axes, keepdim = false): Tensor {
    return wrap(ops.sum(this.node, axes, keepdim));
  }
  mean(axes?: Axes, keepdim = false): Tensor {
    return wrap(ops.mean(this.node, axes, keepdim));
  }
  /** The largest value along the axes, all by default. As torch.amax: no positions, and equal ones share the gradient. */
  max(axes?: Axes, keepdim = false): Tensor {
    return wrap(ops.max(this.node, axes, keepdim));
  }
  /** The smallest value along the axes, all by default, as torch.amin. */
  min(axes?: Axes, keepdim = false): Tensor {
    return wrap(ops.min(this.node, axes, keepdim));
  }
  /** The product along the axes, all by default; torch.prod takes one axis only. */
  prod(axes?: Axes, keepdim = false): Tensor {
    return wrap(ops.prod(this.node, axes, keepdim));
  }
  /** The variance along the axes, all by default: n - correction in the denominator, correction 1 by default. */
  var(axes?: Axes, options: ops.VarianceOptions = {}): Tensor {
    return wrap(ops.variance(this.node, axes, options));
  }
  std(axes?: Axes, options: ops.VarianceOptions = {}): Tensor {
    return wrap(ops.std(this.node, axes, options));
  }
  /** The position of the first largest element, along the axis or in the flattened tensor: int32 for PyTorch's int64. */
  argmax(axis?: number, keepdim = false): Tensor {
    return wrap(ops.argmax(this.node, axis, keepdim));
  }
  argmin(axis?: number, keepdim = false): Tensor {
    return wrap(ops.argmin(this.node, axis, keepdim));
  }
  logsumexp(axes?: Axes, keepdim = false): Tensor {
    return wrap(ops.logsumexp(this.node, axes, keepdim));
  }
  softmax(axis: number): Tensor {
    return wrap(ops.softmax(this.node, axis));
  }
  logSoftmax(axis: number): Tensor {
    return wrap(ops.logSoftmax(this.node, axis));
  }
  /** The matrix product by PyTorch's rules. */
  matmul(other: Tensor): Tensor {
    return this.with(ops.matmul, other);
  }

  reshape(shape: readonly number[]): Tensor {
    return wrap(ops.reshape(this.node, shape));
  }
  flatten(start = 0, end = -1): Tensor {
    return wrap(ops.flatten(this.node, start, end));
  }
  /** Two axes swapped: the last two by default, where torch.transpose has no default. */
  transpose(i = -2, j = -1): Tensor {
    return wrap(ops.transpose(this.node, i, j));
  }
  permute(order: readonly number[]): Tensor {
    return wrap(ops.permute(this.node, order));
  }
  expand(shape: readonly number[]): Tensor {
    return wrap(ops.expand(this.node, shape));
  }
  squeeze(axis?: number): Tensor {
    return wrap(ops.squeeze(this.node, axis));
  }
  unsqueeze(axis: number): Tensor {
    return wrap(ops.unsqueeze(this.node, axis));
  }
  /** this[start:end:step] of Python along one axis. */
  slice(axis: number, start?: number, end?: number, step?: number): Tensor {
    return wrap(ops.slice(this.node, axis, start, end, step));
  }
  select(axis: number, index: number): Tensor {
    return wrap(ops.select(this.node, axis, index));
  }
  flip(axes: Axes): Tensor {
    return wrap(ops.flip(this.node, axes));
  }
  /** [before, after] for the last axis, then the one before it, as torch.nn.functional.pad; negative numbers cut. */
  pad(pads: readonly number[], value = 0): Tensor {
    return wrap(ops.pad(this.node, pads, value));
  }
  /** Indices are int32 here and in all that follow, where PyTorch has int64. */
  gather(axis: number, index: Tensor): Tensor {
    return wrap(ops.gather(this.node, axis, index.node));
  }
  scatterAdd(axis: number, index: Tensor, source: Tensor): Tensor {
    return wrap(ops.scatterAdd(this.node, axis, index.node, source.node));
  }
  indexSelect(axis: number, index: Tensor): Tensor {
    return wrap(ops.indexSelect(this.node, axis, index.node));
  }
  /** 1 at the index, 0 elsewhere, along a new last axis: int32, where PyTorch has int64. */
  oneHot(classes: number): Tensor {
    return wrap(ops.oneHot(this.node, classes));
  }
  to(dtype: ComputeType): Tensor {
    return wrap(ops.cast(this.node, dtype));
  }
  float(): Tensor {
    return this.to('float32');
  }
  /** Towards zero. Beyond int32's range the nearest that it has, and 0 for NaN, which PyTorch leaves undefined. */
  int(): Tensor {
    return this.to('int32');
  }
  bool(): Tensor {
    return this.to('bool');
  }
  /** The same value as a constant: no gradient flows through it. */
  detach(): Tensor {
    return wrap(ops.detach(this.node));
  }
}
