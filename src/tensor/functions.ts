import * as ops from '../ops';
import { nodeOf, wrap } from './wrap';
import type { Tensor } from './tensor';

type Axes = number | readonly number[];
type Operand = Tensor | number;

/** The operations as functions; those with no tensor of their own to be a method of stand here alone. */
const binary =
  (method: 'add' | 'sub' | 'mul' | 'div' | 'pow' | 'maximum' | 'minimum' | 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge') =>
  (a: Operand, b: Operand): Tensor => {
    const like = typeof a === 'number' ? (typeof b === 'number' ? undefined : b.node) : a.node;
    return wrap(ops[method](nodeOf(a, like), nodeOf(b, like)));
  };
const unary =
  (
    method:
      | 'neg'
      | 'abs'
      | 'square'
      | 'sign'
      | 'exp'
      | 'log'
      | 'sqrt'
      | 'rsqrt'
      | 'reciprocal'
      | 'sin'
      | 'cos'
      | 'tanh'
      | 'erf'
      | 'sigmoid'
      | 'relu'
      | 'silu'
      | 'floor'
      | 'ceil'
      | 'round'
      | 'logicalNot',
  ) =>
  (x: Tensor): Tensor =>
    x[method]();

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
export const neg = unary('neg');
export const abs = unary('abs');
export const square = unary('square');
export const sign = unary('sign');
export const exp = unary('exp');
export const log = unary('log');
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
export const logicalNot = unary('logicalNot');
export const logicalAnd = (a: Tensor, b: Tensor): Tensor => a.logicalAnd(b);
export const logicalOr = (a: Tensor, b: Tensor): Tensor => a.logicalOr(b);
export const gelu = (x: Tensor, approximate: 'none' | 'tanh' = 'none'): Tensor => x.gelu(approximate);
export const clamp = (x: Tensor, low?: number, high?: number): Tensor => x.clamp(low, high);
/** a where the condition holds, b elsewhere. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  const like = typeof a === 'number' ? (typeof b === 'number' ? undefined : b.node) : a.node;
  return wrap(ops.where(condition.node, nodeOf(a, like), nodeOf(b, like)));
}
export const sum = (x: Tensor, axes?: Axes, keepdim = false): Tensor => x.sum(axes, keepdim);
export const mean = (x: Tensor, axes?: Axes, keepdim = false): Tensor => x.mean(axes, keepdim);
export const max = (x: Tensor, axes?: Axes, keepdim = false): Tensor => x.max(axes, keepdim);
export const min = (x: Tensor, axes?: Axes, keepdim = false): Tensor => x.min(axes, keepdim);
export const prod = (x: Tensor, axes?: Axes, keepdim = false): Tensor => x.prod(axes, keepdim);
export const variance = (x: Tensor, axes?: Axes, options: ops.VarianceOptions = {}): Tensor => x.var(axes, options);
export const std = (x: Tensor, axes?: Axes, options: ops.VarianceOptions = {}): Tensor => x.std(axes, options);
export const argmax = (x: Tensor, axis?: number, keepdim = false): Tensor => x.argmax(axis, keepdim);
export const argmin = (x: Tensor, axis?: number, keepdim = false): Tensor => x.argmin(axis, keepdim);
export const logsumexp = (x: Tensor, axes?: Axes, keepdim = false): Tensor => x.logsumexp(axes, keepdim);
export const softmax = (x: Tensor, axis: number): Tensor => x.softmax(axis);
export const logSoftmax = (x: Tensor, axis: number): Tensor => x.logSoftmax(axis);
export const matmul = (a: Tensor, b: Tensor): Tensor => a.matmul(b);
export const reshape = (x: Tensor, shape: readonly number[]): Tensor => x.reshape(shape);
export const flatten = (x: Tensor, start = 0, end = -1): Tensor => x.flatten(start, end);
export const transpose = (x: Tensor, i = -2, j = -1): Tensor => x.transpose(i, j);
export const permute = (x: Tensor, order: readonly number[]): Tensor => x.permute(order);
export const expand = (x: Tensor, shape: readonly number[]): Tensor => x.expand(shape);
export const squeeze = (x: Tensor, axis?: number): Tensor => x.squeeze(axis);
export const unsqueeze = (x: Tensor, axis: number): Tensor => x.unsqueeze(axis);
export const slice = (x: Tensor, axis: number, start?: number, end?: number, step?: number): Tensor =>
  x.slice(axis, start, end, step);
export const select = (x: Tensor, axis: number, index: number): Tensor => x.select(axis, index);
export const flip = (x: Tensor, axes: Axes): Tensor => x.flip(axes);
export const pad = (x: Tensor, pads: readonly number[], value = 0): Tensor => x.pad(pads, value);
export const gather = (x: Tensor, axis: number, index: Tensor): Tensor => x.gather(axis, index);
export const scatterAdd = (x: Tensor, axis: number, index: Tensor, source: Tensor): Tensor =>
  x.scatterAdd(axis, index, source);
export const indexSelect = (x: Tensor, axis: number, index: Tensor): Tensor => x.indexSelect(axis, index);
export const oneHot = (index: Tensor, classes: number): Tensor => index.oneHot(classes);
/** Tensors joined along an existing axis. */
export const concatenate = (list: readonly Tensor[], axis = 0): Tensor =>
  wrap(
    ops.concatenate(
      list.map((x) => nodeOf(x)),
      axis,
    ),
  );
export { concatenate as cat, concatenate as concat };
/** Tensors of one shape joined along a new axis. */
export const stack = (list: readonly Tensor[], axis = 0): Tensor =>
  wrap(
    ops.stack(
      list.map((x) => nodeOf(x)),
      axis,
    ),
  );
/** The rows of weight that the indices name, as torch.nn.functional.embedding. */
export const embedding = (index: Tensor, weight: Tensor): Tensor => wrap(ops.embedding(nodeOf(weight), nodeOf(index)));
