import { ValueError } from '../core/errors';
import { listed } from '../core/shape';
import { show } from '../core/show';
import type { Node } from '../graph/node';
import * as ops from '../ops';
import type { Along, Axes, Axis, NewAxis, Reduced } from './shapes/axis';
import type { Broadcast, Fitting, Operand } from './shapes/broadcast';
import type { Concatenated, Embedded, Extended, Selected, Stacked } from './shapes/join';
import type { Factor, Product } from './shapes/matmul';
import type * as s from './shapes/movement';
import type { ShapeOf } from './shapes/shape';
import type { Tensor } from './tensor';
import type { AxesArgument } from './reduction-operations';
import { nodeOf, tensorNode, wrap } from './wrap';

// Every operation as a function, `add(x, y)` for `x.add(y)`: the methods' signatures say what each computes, and the
// methods call these. Those that have no tensor of their own to be a method of stand here alone.

interface Binary<Op extends string> {
  <A extends Operand, B extends Operand>(a: A, b: Fitting<Op, A, B>): Tensor<Broadcast<A, B>>;
}
interface Unary {
  <T extends Tensor>(x: T): Tensor<ShapeOf<T>>;
}
interface Reduction<Op extends string> {
  <T extends Tensor, const I extends AxesArgument = undefined, K extends boolean = false>(
    x: T,
    axes?: Along<Op, T, I>,
    keepdim?: K,
  ): Tensor<Reduced<T, I, K>>;
}
interface Deviation<Op extends string> {
  <T extends Tensor, const I extends AxesArgument = undefined, K extends boolean = false>(
    x: T,
    axes?: Along<Op, T, I>,
    options?: ops.VarianceOptions & { readonly keepdim?: K },
  ): Tensor<Reduced<T, I, K>>;
}
interface Position<Op extends string> {
  <T extends Tensor, I extends number | undefined = undefined, K extends boolean = false>(
    x: T,
    axis?: Axis<Op, T, I>,
    keepdim?: K,
  ): Tensor<Reduced<T, I, K>>;
}
interface Normalised<Op extends string> {
  <T extends Tensor, I extends number>(x: T, axis: Axis<Op, T, I>): Tensor<ShapeOf<T>>;
}

/** What a number among two operands takes its type from. */
function likeOf(op: string, a: Operand, b: Operand): Node | undefined {
  if (typeof a !== 'number') return nodeOf(a, undefined, op);
  return typeof b === 'number' ? undefined : nodeOf(b, undefined, op);
}

// prettier-ignore
type BinaryName =
  | 'add' | 'sub' | 'mul' | 'div' | 'pow' | 'maximum' | 'minimum' | 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge'
  | 'logicalAnd' | 'logicalOr';
// prettier-ignore
type UnaryName =
  | 'logicalNot' | 'neg' | 'abs' | 'square' | 'sign' | 'exp' | 'log' | 'expm1' | 'log1p' | 'sqrt' | 'rsqrt' | 'reciprocal' | 'sin' | 'cos'
  | 'tanh' | 'erf' | 'sigmoid' | 'relu' | 'silu' | 'floor' | 'ceil' | 'round';
type ReductionName = 'sum' | 'mean' | 'max' | 'min' | 'prod' | 'logsumexp';

// Each looks its operation up once, not with every call.
function binary<Op extends BinaryName>(op: Op): Binary<Op> {
  const record = ops[op];
  return (a: Operand, b: Operand) => {
    const like = likeOf(op, a, b);
    return wrap(record(nodeOf(a, like, op), nodeOf(b, like, op)));
  };
}
function unary(op: UnaryName): Unary {
  const record = ops[op];
  return (x: Tensor) => wrap(record(tensorNode(x, op)));
}
function reduction<Op extends ReductionName>(op: Op): Reduction<Op> {
  const record = ops[op];
  return (x: Tensor, axes?: unknown, keepdim?: boolean) =>
    wrap(record(tensorNode(x, op), axes as AxesArgument, keepdim));
}
function deviation<Op extends 'variance' | 'std'>(op: Op): Deviation<Op> {
  const record = ops[op];
  return (x: Tensor, axes?: unknown, options?: ops.VarianceOptions) =>
    wrap(record(tensorNode(x, op), axes as AxesArgument, options));
}
function position<Op extends 'argmax' | 'argmin'>(op: Op): Position<Op> {
  const record = ops[op];
  return (x: Tensor, axis?: number, keepdim?: boolean) => wrap(record(tensorNode(x, op), axis, keepdim));
}
function normalised<Op extends 'softmax' | 'logSoftmax'>(op: Op): Normalised<Op> {
  const record = ops[op];
  return (x: Tensor, axis: number) => wrap(record(tensorNode(x, op), axis));
}

export const add = binary('add');
export const sub = binary('sub');
export const mul = binary('mul');
export const div = binary('div');
export const pow = binary('pow');
export const maximum = binary('maximum');
export const minimum = binary('minimum');
export const eq = binary('eq');
export const ne = binary('ne');
export const lt = binary('lt');
export const le = binary('le');
export const gt = binary('gt');
export const ge = binary('ge');
export const logicalAnd = binary('logicalAnd');
export const logicalOr = binary('logicalOr');
export const logicalNot = unary('logicalNot');
export const neg = unary('neg');
export const abs = unary('abs');
export const square = unary('square');
export const sign = unary('sign');
export const exp = unary('exp');
export const log = unary('log');
export const expm1 = unary('expm1');
export const log1p = unary('log1p');
export const sqrt = unary('sqrt');
export const rsqrt = unary('rsqrt');
export const reciprocal = unary('reciprocal');
export const sin = unary('sin');
export const cos = unary('cos');
export const tanh = unary('tanh');
export const erf = unary('erf');
export const sigmoid = unary('sigmoid');
export const relu = unary('relu');
export const silu = unary('silu');
export const floor = unary('floor');
export const ceil = unary('ceil');
export const round = unary('round');
export const gelu = <T extends Tensor>(x: T, approximate?: 'none' | 'tanh'): Tensor<ShapeOf<T>> =>
  wrap(ops.gelu(tensorNode(x, 'gelu'), approximate));
export const clamp = <T extends Tensor>(x: T, low?: number, high?: number): Tensor<ShapeOf<T>> =>
  wrap(ops.clamp(tensorNode(x, 'clamp'), low, high));
/** a where the condition, a bool, holds, b elsewhere. @example where(x.gt(0), x, 0); */
export const where = <C extends Tensor, A extends Operand, B extends Operand>(
  condition: C,
  a: Fitting<'where', C, A>,
  b: Fitting<'where', Tensor<Broadcast<C, A>>, B>,
): Tensor<Broadcast<Tensor<Broadcast<C, A>>, B>> => {
  const like = likeOf('where', a, b);
  return wrap(ops.where(tensorNode(condition, 'where'), nodeOf(a, like, 'where'), nodeOf(b, like, 'where')));
};

export const sum = reduction('sum');
export const mean = reduction('mean');
export const max = reduction('max');
export const min = reduction('min');
export const prod = reduction('prod');
export const logsumexp = reduction('logsumexp');
export const variance = deviation('variance');
export const std = deviation('std');
export const argmax = position('argmax');
export const argmin = position('argmin');
export const softmax = normalised('softmax');
export const logSoftmax = normalised('logSoftmax');

export const matmul = <T extends Tensor, U extends Tensor>(a: T, b: Factor<T, U>): Tensor<Product<T, U>> =>
  wrap(ops.matmul(tensorNode(a, 'matmul'), nodeOf(b, undefined, 'matmul')));

export const reshape = <const S extends s.Sizes>(x: Tensor, shape: S): Tensor<s.Reshaped<S>> =>
  wrap(ops.reshape(tensorNode(x, 'reshape'), listed('reshape', 'a shape', shape)));
export const expand = <const S extends s.Sizes>(x: Tensor, shape: S): Tensor<s.Reshaped<S>> =>
  wrap(ops.expand(tensorNode(x, 'expand'), listed('expand', 'a shape', shape)));
export const flatten = <T extends Tensor, I extends number = 0, J extends number = -1>(
  x: T,
  start?: Axis<'flatten', T, I>,
  end?: Axis<'flatten', T, J>,
): Tensor<s.Flattened<T, I, J>> => wrap(ops.flatten(tensorNode(x, 'flatten'), start, end));
export const transpose = <T extends Tensor, I extends number = -2, J extends number = -1>(
  x: T,
  i?: Axis<'transpose', T, I>,
  j?: Axis<'transpose', T, J>,
): Tensor<s.Transposed<T, I, J>> => wrap(ops.transpose(tensorNode(x, 'transpose'), i, j));
export const permute = <T extends Tensor, const P extends s.Sizes>(
  x: T,
  order: s.Order<T, P>,
): Tensor<s.Permuted<T, P>> =>
  wrap(ops.permute(tensorNode(x, 'permute'), listed('permute', 'the axes', order as s.Sizes)));
export const squeeze = <T extends Tensor, I extends number | undefined = undefined>(
  x: T,
  axis?: Axis<'squeeze', T, I>,
): Tensor<s.Squeezed<T, I>> => wrap(ops.squeeze(tensorNode(x, 'squeeze'), axis));
export const unsqueeze = <T extends Tensor, I extends number>(
  x: T,
  axis: NewAxis<'unsqueeze', T, I>,
): Tensor<s.Unsqueezed<T, I>> => wrap(ops.unsqueeze(tensorNode(x, 'unsqueeze'), axis));
export const slice = <T extends Tensor, I extends number>(
  x: T,
  axis: Axis<'slice', T, I>,
  start?: number,
  end?: number,
  step?: number,
): Tensor<s.Resized<T, I>> => wrap(ops.slice(tensorNode(x, 'slice'), axis, start, end, step));
export const select = <T extends Tensor, I extends number>(
  x: T,
  axis: Axis<'select', T, I>,
  index: number,
): Tensor<Reduced<T, I>> => wrap(ops.select(tensorNode(x, 'select'), axis, index));
export const flip = <T extends Tensor, const I extends Axes>(x: T, axes: Along<'flip', T, I>): Tensor<ShapeOf<T>> =>
  wrap(ops.flip(tensorNode(x, 'flip'), axes as Axes));
export const unfold = (x: Tensor, axis: number, size: number, step: number): Tensor =>
  wrap(ops.windows(tensorNode(x, 'unfold'), axis, size, step));
export const pad = <T extends Tensor>(x: T, pads: s.Sizes, value?: number): Tensor<s.Unsized<T>> =>
  wrap(ops.pad(tensorNode(x, 'pad'), listed('pad', 'pairs', pads), value));
export const gather = <U extends Tensor>(x: Tensor, axis: number, index: U): Tensor<ShapeOf<U>> =>
  wrap(ops.gather(tensorNode(x, 'gather'), axis, tensorNode(index, 'gather')));
export const scatterAdd = <T extends Tensor>(x: T, axis: number, index: Tensor, source: Tensor): Tensor<ShapeOf<T>> =>
  wrap(
    ops.scatterAdd(
      tensorNode(x, 'scatterAdd'),
      axis,
      tensorNode(index, 'scatterAdd'),
      tensorNode(source, 'scatterAdd'),
    ),
  );
export const indexSelect = <T extends Tensor, I extends number, U extends Tensor>(
  x: T,
  axis: Axis<'indexSelect', T, I>,
  index: U,
): Tensor<Selected<T, I, U>> =>
  wrap(ops.indexSelect(tensorNode(x, 'indexSelect'), axis, tensorNode(index, 'indexSelect')));
export const oneHot = <T extends Tensor, C extends number>(index: T, classes: C): Tensor<Extended<T, C>> =>
  wrap(ops.oneHot(tensorNode(index, 'oneHot'), classes));

function nodes(op: string, list: readonly Tensor[]): Node[] {
  if (!Array.isArray(list))
    throw new ValueError(`${op}: takes the tensors as a list, ${op}([a, b]), not ${show(list)}`);
  return list.map((x: Tensor) => tensorNode(x, op));
}
/** Tensors joined along an axis they have, by default the first. torch.cat. @example concatenate([zeros([2, 3]), ones([1, 3])]).shape; // [3, 3] */
export const concatenate = <const Ts extends readonly Tensor[], I extends number = 0>(
  list: Ts,
  axis?: Axis<'concatenate', Ts[0], I>,
): Tensor<Concatenated<Ts, I>> => wrap(ops.concatenate(nodes('concatenate', list), axis));
export { concatenate as cat, concatenate as concat };
/** Tensors of one shape joined along a new axis, by default the first. torch.stack. @example stack([zeros([3]), ones([3])]).shape; // [2, 3] */
export const stack = <const Ts extends readonly Tensor[], I extends number = 0>(
  list: Ts,
  axis?: NewAxis<'stack', Ts[0], I>,
): Tensor<Stacked<Ts, I>> => wrap(ops.stack(nodes('stack', list), axis));
/** The rows of a weight [rows, features] that int32 indices name: [...index, features]. torch.nn.functional.embedding. */
export const embedding = <T extends Tensor, W extends Tensor>(index: T, weight: W): Tensor<Embedded<T, W>> =>
  wrap(ops.embedding(tensorNode(weight, 'embedding'), tensorNode(index, 'embedding')));
