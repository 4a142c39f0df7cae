// prettier-ignore
import {
  abs, add, argmax, argmin, ceil, clamp, cos, div, eq, erf, exp, expand, expm1, flatten, flip, floor, gather, ge, gelu, gt,
  indexSelect, le, log, log1p, logicalAnd, logicalNot, logicalOr, logSoftmax, logsumexp, lt, matmul, max, maximum, mean,
  min, minimum, mul, ne, neg, oneHot, pad, permute, pow, prod, reciprocal, relu, reshape, round, rsqrt, scatterAdd,
  select, sigmoid, sign, silu, sin, slice, softmax, sqrt, square, squeeze, std, sub, sum, tanh, transpose,
  unfold, unsqueeze, variance, where,
} from './functions';
import * as ops from '../ops';
import type { Operations } from './operations';
import type { Tensor } from './tensor';
import { wrap } from './wrap';

type WithTensor = (x: Tensor, ...args: any[]) => Tensor;

/** For each method the function behind it, which takes the tensor first. */
// prettier-ignore
const functions: Record<keyof Operations, WithTensor> = {
  add, sub, mul, div, pow, maximum, minimum, eq, ne, lt, le, gt, ge, logicalAnd, logicalOr, logicalNot, neg, abs,
  square, sign, exp, log, expm1, log1p, sqrt, rsqrt, reciprocal, sin, cos, tanh, erf, sigmoid, relu, silu, floor, ceil, round,
  gelu, clamp, sum, mean, max, min, prod, logsumexp, std, argmax, argmin, softmax, logSoftmax, matmul, reshape,
  expand, flatten, transpose, permute, squeeze, unsqueeze, slice, select, flip, unfold, pad, gather, scatterAdd,
  indexSelect, oneHot,
  var: variance,
  where: (x, condition, other) => where(condition, x, other),
  float: (x) => x.to('float32'),
  int: (x) => x.to('int32'),
  bool: (x) => x.to('bool'),
  detach: (x) => wrap(ops.detach(x.node)),
};

const method = (name: string, fn: WithTensor) =>
  ({
    [name](this: Tensor, a?: unknown, b?: unknown, c?: unknown, d?: unknown) {
      return fn(this, a, b, c, d); // no operation takes more
    },
  })[name];

abstract class Methods {}
for (const [name, fn] of Object.entries(functions))
  Object.defineProperty(Methods.prototype, name, { value: method(name, fn), writable: true, configurable: true });

/**
 * The class with every operation as a method. Its type is an interface, since the compiler makes the members of a base
 * class anew for every shape that it meets.
 */
export const WithOperations = Methods as abstract new () => Operations;
