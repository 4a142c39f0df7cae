import type { ComputeType } from '../core/dtype';
import type { Node } from '../graph/node';
import * as ops from '../ops';
import type { Broadcast, Fitting, Operand } from './shapes/broadcast';
import type { ShapeOf } from './shapes/shape';
import type { Tensor } from './tensor';
import { nodeOf, wrap } from './wrap';

/**
 * The operations that work element by element, as methods; the same exist as functions: `x.add(y)` is `add(x, y)`.
 * Operands broadcast, as in PyTorch: https://docs.pytorch.org/docs/stable/notes/broadcasting.html. A number takes the
 * type of what it meets; int32 beside float32 becomes float32. Unless it says otherwise, an operation is torch's of the
 * same name.
 * @throws ShapeError, naming both shapes, where they do not broadcast; where the types know it, the compiler says so
 */
export abstract class ElementwiseMethods {
  abstract get node(): Node;

  private with(op: (a: Node, b: Node) => Node, other: Operand): Tensor<any> {
    return wrap(op(this.node, nodeOf(other, this.node)));
  }

  /** this + other. Arithmetic on bool gives int32, so that masks can be counted; PyTorch's gives bool. @example tensor([[1], [2]]).add(tensor([10, 20])); // [[11, 21], [12, 22]] */
  add<T extends Tensor, U extends Operand>(this: T, other: Fitting<'add', T, U>): Tensor<Broadcast<T, U>> {
    return this.with(ops.add, other);
  }
  /** this - other. */
  sub<T extends Tensor, U extends Operand>(this: T, other: Fitting<'sub', T, U>): Tensor<Broadcast<T, U>> {
    return this.with(ops.sub, other);
  }
  /** this * other, element by element; `matmul` is the matrix product. */
  mul<T extends Tensor, U extends Operand>(this: T, other: Fitting<'mul', T, U>): Tensor<Broadcast<T, U>> {
    return this.with(ops.mul, other);
  }
  /** this / other, true division: integers are converted to float32. @example tensor([1, 2]).div(2); // [0.5, 1] */
  div<T extends Tensor, U extends Operand>(this: T, other: Fitting<'div', T, U>): Tensor<Broadcast<T, U>> {
    return this.with(ops.div, other);
  }
  /** this to the power of other. Integers stay integers, modulo 2^32; to a negative power they are 0 unless the base is 1 or -1. */
  pow<T extends Tensor, U extends Operand>(this: T, other: Fitting<'pow', T, U>): Tensor<Broadcast<T, U>> {
    return this.with(ops.pow, other);
  }
  /** The larger of the two; where they are equal the gradient is shared evenly. */
  maximum<T extends Tensor, U extends Operand>(this: T, other: Fitting<'maximum', T, U>): Tensor<Broadcast<T, U>> {
    return this.with(ops.maximum, other);
  }
  /** The smaller of the two; where they are equal the gradient is shared evenly. */
  minimum<T extends Tensor, U extends Operand>(this: T, other: Fitting<'minimum', T, U>): Tensor<Broadcast<T, U>> {
    return this.with(ops.minimum, other);
  }
  /** Whether they are equal, as bool. */
  eq<T extends Tensor, U extends Operand>(this: T, other: Fitting<'eq', T, U>): Tensor<Broadcast<T, U>> {
    return this.with(ops.eq, other);
  }
  /** Whether they differ, as bool. */
  ne<T extends Tensor, U extends Operand>(this: T, other: Fitting<'ne', T, U>): Tensor<Broadcast<T, U>> {
    return this.with(ops.ne, other);
  }
  /** this < other, as bool. @example tensor([1, 2, 3]).lt(2); // [1, 0, 0] */
  lt<T extends Tensor, U extends Operand>(this: T, other: Fitting<'lt', T, U>): Tensor<Broadcast<T, U>> {
    return this.with(ops.lt, other);
  }
  /** this <= other, as bool. */
  le<T extends Tensor, U extends Operand>(this: T, other: Fitting<'le', T, U>): Tensor<Broadcast<T, U>> {
    return this.with(ops.le, other);
  }
  /** this > other, as bool. */
  gt<T extends Tensor, U extends Operand>(this: T, other: Fitting<'gt', T, U>): Tensor<Broadcast<T, U>> {
    return this.with(ops.gt, other);
  }
  /** this >= other, as bool. */
  ge<T extends Tensor, U extends Operand>(this: T, other: Fitting<'ge', T, U>): Tensor<Broadcast<T, U>> {
    return this.with(ops.ge, other);
  }
  /** Whether both are true, that is not 0, as bool. */
  logicalAnd<T extends Tensor, U extends Tensor>(this: T, other: Fitting<'logicalAnd', T, U>): Tensor<Broadcast<T, U>> {
    return this.with(ops.logicalAnd, other);
  }
  /** Whether one of them is true, that is not 0, as bool. */
  logicalOr<T extends Tensor, U extends Tensor>(this: T, other: Fitting<'logicalOr', T, U>): Tensor<Broadcast<T, U>> {
    return this.with(ops.logicalOr, other);
  }
  /** Whether it is false, that is 0, as bool. */
  logicalNot<T extends Tensor>(this: T): Tensor<ShapeOf<T>> {
    return wrap(ops.logicalNot(this.node));
  }
  /** -this. */
  neg<T extends Tensor>(this: T): Tensor<ShapeOf<T>> {
    return wrap(ops.neg(this.node));
  }
  /** The absolute value; its gradient at 0 is 0. */
  abs<T extends Tensor>(this: T): Tensor<ShapeOf<T>> {
    return wrap(ops.abs(this.node));
  }
  /** this * this. */
  square<T extends Tensor>(this: T): Tensor<ShapeOf<T>> {
    return wrap(ops.square(this.node));
  }
  /** -1, 0 or 1; its gradient is 0. */
  sign<T extends Tensor>(this: T): Tensor<ShapeOf<T>> {
    return wrap(ops.sign(this.node));
  }
  /** e to the power of this, float32. */
  exp<T extends Tensor>(this: T): Tensor<ShapeOf<T>> {
    return wrap(ops.exp(this.node));
  }
  /** The natural logarithm, float32: -Infinity at 0 and NaN below. */
  log<T extends Tensor>(this: T): Tensor<ShapeOf<T>> {
    return wrap(ops.log(this.node));
  }
  /** The square root, float32: NaN below 0. */
  sqrt<T extends Tensor>(this: T): Tensor<ShapeOf<T>> {
    return wrap(ops.sqrt(this.node));
  }
  /** 1 / sqrt(this), float32. */
  rsqrt<T extends Tensor>(this: T): Tensor<ShapeOf<T>> {
    return wrap(ops.rsqrt(this.node));
  }
  /** 1 / this, float32. */
  reciprocal<T extends Tensor>(this: T): Tensor<ShapeOf<T>> {
    return wrap(ops.reciprocal(this.node));
  }
  /** The sine of radians, float32. */
  sin<T extends Tensor>(this: T): Tensor<ShapeOf<T>> {
    return wrap(ops.sin(this.node));
  }
  /** The cosine of radians, float32. */
  cos<T extends Tensor>(this: T): Tensor<ShapeOf<T>> {
    return wrap(ops.cos(this.node));
  }
  /** The hyperbolic tangent, float32. */
  tanh<T extends Tensor>(this: T): Tensor<ShapeOf<T>> {
    return wrap(ops.tanh(this.node));
  }
  /** The error function, float32. */
  erf<T extends Tensor>(this: T): Tensor<ShapeOf<T>> {
    return wrap(ops.erf(this.node));
  }
  /** 1 / (1 + exp(-this)), float32. */
  sigmoid<T extends Tensor>(this: T): Tensor<ShapeOf<T>> {
    return wrap(ops.sigmoid(this.node));
  }
  /** max(this, 0); its gradient at 0 is 0. @example tensor([-1, 2]).relu(); // [0, 2] */
  relu<T extends Tensor>(this: T): Tensor<ShapeOf<T>> {
    return wrap(ops.relu(this.node));
  }
  /** this * sigmoid(this), float32; torch.nn.functional.silu. */
  silu<T extends Tensor>(this: T): Tensor<ShapeOf<T>> {
    return wrap(ops.silu(this.node));
  }
  /** this times the normal distribution function of this, or its tanh approximation, float32; torch.nn.functional.gelu. */
  gelu<T extends Tensor>(this: T, approximate: 'none' | 'tanh' = 'none'): Tensor<ShapeOf<T>> {
    return wrap(ops.gelu(this.node, approximate));
  }
  /** The largest whole number that is not above; integers stay as they are. Its gradient is 0. */
  floor<T extends Tensor>(this: T): Tensor<ShapeOf<T>> {
    return wrap(ops.floor(this.node));
  }
  /** The smallest whole number that is not below; integers stay as they are. Its gradient is 0. */
  ceil<T extends Tensor>(this: T): Tensor<ShapeOf<T>> {
    return wrap(ops.ceil(this.node));
  }
  /** The nearest whole number, halves to the even one; integers stay as they are. Its gradient is 0. */
  round<T extends Tensor>(this: T): Tensor<ShapeOf<T>> {
    return wrap(ops.round(this.node));
  }
  /** Limited to [low, high]; a missing bound is infinite, and fractional ones make integers float32. */
  clamp<T extends Tensor>(this: T, low?: number, high?: number): Tensor<ShapeOf<T>> {
    return wrap(ops.clamp(this.node, low, high));
  }
  /**
   * this where the condition, a bool, holds, other elsewhere.
   * @example tensor([1, -2]).where(tensor([true, false]), 0); // [1, 0]
   */
  where<T extends Tensor, C extends Tensor, U extends Operand>(
    this: T,
    condition: Fitting<'where', T, C>,
    other: Fitting<'where', T, U>,
  ): Tensor<Broadcast<Tensor<Broadcast<T, C>>, U>> {
    return wrap(ops.where(nodeOf(condition), this.node, nodeOf(other, this.node)));
  }

  /** The same values in another dtype: float32, int32 (truncated) or bool (whether not 0). */
  to<T extends Tensor>(this: T, dtype: ComputeType): Tensor<ShapeOf<T>> {
    return wrap(ops.cast(this.node, dtype));
  }
  /** As float32. */
  float<T extends Tensor>(this: T): Tensor<ShapeOf<T>> {
    return this.to('float32');
  }
  /** As int32, truncated. */
  int<T extends Tensor>(this: T): Tensor<ShapeOf<T>> {
    return this.to('int32');
  }
  /** As bool: whether it is not 0. */
  bool<T extends Tensor>(this: T): Tensor<ShapeOf<T>> {
    return this.to('bool');
  }
  /** The same value as a constant: no gradient flows through it. */
  detach<T extends Tensor>(this: T): Tensor<ShapeOf<T>> {
    return wrap(ops.detach(this.node));
  }
}
