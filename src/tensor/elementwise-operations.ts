import type { Broadcast, Fitting, Operand } from './shapes/broadcast';
import type { ShapeOf } from './shapes/shape';
import type { Tensor } from './tensor';

/**
 * The operations that work element by element, as methods; the same exist as functions: `x.add(y)` is `add(x, y)`.
 * Operands broadcast, as in PyTorch: https://docs.pytorch.org/docs/stable/notes/broadcasting.html. A number takes the
 * type of what it meets; int32 beside float32 becomes float32. Unless it says otherwise, an operation is torch's of the
 * same name.
 * @throws ShapeError, naming both shapes, where they do not broadcast; where the types know it, the compiler says so
 */
export interface ElementwiseOperations {
  /** this + other. Arithmetic on bool gives int32, so that masks can be counted; PyTorch's gives bool. @example tensor([[1], [2]]).add(tensor([10, 20])); // [[11, 21], [12, 22]] */
  add<T extends Tensor, U extends Operand>(this: T, other: Fitting<'add', T, U>): Tensor<Broadcast<T, U>>;
  /** this - other. */
  sub<T extends Tensor, U extends Operand>(this: T, other: Fitting<'sub', T, U>): Tensor<Broadcast<T, U>>;
  /** this * other, element by element; `matmul` is the matrix product. */
  mul<T extends Tensor, U extends Operand>(this: T, other: Fitting<'mul', T, U>): Tensor<Broadcast<T, U>>;
  /** this / other, true division: integers are converted to float32. @example tensor([1, 2]).div(2); // [0.5, 1] */
  div<T extends Tensor, U extends Operand>(this: T, other: Fitting<'div', T, U>): Tensor<Broadcast<T, U>>;
  /** this to the power of other. Integers stay integers, modulo 2^32; to a negative power they are 0 unless the base is 1 or -1. */
  pow<T extends Tensor, U extends Operand>(this: T, other: Fitting<'pow', T, U>): Tensor<Broadcast<T, U>>;
  /** The larger of the two; where they are equal the gradient is shared evenly. */
  maximum<T extends Tensor, U extends Operand>(this: T, other: Fitting<'maximum', T, U>): Tensor<Broadcast<T, U>>;
  /** The smaller of the two; where they are equal the gradient is shared evenly. */
  minimum<T extends Tensor, U extends Operand>(this: T, other: Fitting<'minimum', T, U>): Tensor<Broadcast<T, U>>;
  /** Whether they are equal, as bool. */
  eq<T extends Tensor, U extends Operand>(this: T, other: Fitting<'eq', T, U>): Tensor<Broadcast<T, U>>;
  /** Whether they differ, as bool. */
  ne<T extends Tensor, U extends Operand>(this: T, other: Fitting<'ne', T, U>): Tensor<Broadcast<T, U>>;
  /** this < other, as bool. @example tensor([1, 2, 3]).lt(2); // [1, 0, 0] */
  lt<T extends Tensor, U extends Operand>(this: T, other: Fitting<'lt', T, U>): Tensor<Broadcast<T, U>>;
  /** this <= other, as bool. */
  le<T extends Tensor, U extends Operand>(this: T, other: Fitting<'le', T, U>): Tensor<Broadcast<T, U>>;
  /** this > other, as bool. */
  gt<T extends Tensor, U extends Operand>(this: T, other: Fitting<'gt', T, U>): Tensor<Broadcast<T, U>>;
  /** this >= other, as bool. */
  ge<T extends Tensor, U extends Operand>(this: T, other: Fitting<'ge', T, U>): Tensor<Broadcast<T, U>>;
  /** Whether both are true, that is not 0, as bool. */
  logicalAnd<T extends Tensor, U extends Tensor>(this: T, other: Fitting<'logicalAnd', T, U>): Tensor<Broadcast<T, U>>;
  /** Whether one of them is true, that is not 0, as bool. */
  logicalOr<T extends Tensor, U extends Tensor>(this: T, other: Fitting<'logicalOr', T, U>): Tensor<Broadcast<T, U>>;
  /** Whether it is false, that is 0, as bool. */
  logicalNot<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
  /** -this. */
  neg<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
  /** The absolute value; its gradient at 0 is 0. */
  abs<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
  /** this * this. */
  square<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
  /** -1, 0 or 1; its gradient is 0. */
  sign<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
  /** e to the power of this, float32. */
  exp<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
  /** The natural logarithm, float32: -Infinity at 0 and NaN below. */
  log<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
  /** exp(this) - 1, float32, exact near 0 too. */
  expm1<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
  /** log(1 + this), float32, exact near 0 too: -Infinity at -1 and NaN below. */
  log1p<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
  /** The square root, float32: NaN below 0. */
  sqrt<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
  /** 1 / sqrt(this), float32. */
  rsqrt<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
  /** 1 / this, float32. */
  reciprocal<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
  /** The sine of radians, float32. */
  sin<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
  /** The cosine of radians, float32. */
  cos<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
  /** The hyperbolic tangent, float32. */
  tanh<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
  /** The error function, float32. */
  erf<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
  /** 1 / (1 + exp(-this)), float32. */
  sigmoid<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
  /** max(this, 0); its gradient at 0 is 0. @example tensor([-1, 2]).relu(); // [0, 2] */
  relu<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
  /** this * sigmoid(this), float32; torch.nn.functional.silu. */
  silu<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
  /** this times the normal distribution function of this, or its tanh approximation, float32; torch.nn.functional.gelu. */
  gelu<T extends Tensor>(this: T, approximate?: 'none' | 'tanh'): Tensor<ShapeOf<T>>;
  /** The largest whole number that is not above; integers stay as they are. Its gradient is 0. */
  floor<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
  /** The smallest whole number that is not below; integers stay as they are. Its gradient is 0. */
  ceil<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
  /** The nearest whole number, halves to the even one; integers stay as they are. Its gradient is 0. */
  round<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
  /** Limited to [low, high]; a missing bound is infinite, and fractional ones make integers float32. */
  clamp<T extends Tensor>(this: T, low?: number, high?: number): Tensor<ShapeOf<T>>;
  /**
   * this where the condition, a bool, holds, other elsewhere.
   * @example tensor([1, -2]).where(tensor([true, false]), 0); // [1, 0]
   */
  where<T extends Tensor, C extends Tensor, U extends Operand>(
    this: T,
    condition: Fitting<'where', T, C>,
    other: Fitting<'where', T, U>,
  ): Tensor<Broadcast<Tensor<Broadcast<T, C>>, U>>;

  /** As float32. */
  float<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
  /** As int32, truncated. */
  int<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
  /** As bool: whether it is not 0. */
  bool<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
  /** The same value as a constant: no gradient flows through it. */
  detach<T extends Tensor>(this: T): Tensor<ShapeOf<T>>;
}
