import type { Expr } from '../expr/expr';
import {
  abs, add, and, bitAnd, ceil, constant, cos, div, eq, erf, exp, floor, ge, gt, le, log, lt, max, min, mul,
  ne, neg, not, or, pow, round, select, shiftRight, sin, sqrt, sub, tanh,
} from '../expr/build'; // prettier-ignore
import type { DerivativeRule } from './map';

/**
 * What types an operation computes in. float: float32, integers are converted; numeric: the operands' promoted type, bool
 * as int32 (so that masks can be counted; PyTorch answers bool, or refuses); compare: promoted operands, bool result;
 * logical: operands as bool; choose: a condition, then two alike.
 */
export type Typing = 'float' | 'numeric' | 'compare' | 'logical' | 'choose';

export interface Elementwise {
  readonly typing: Typing;
  readonly forward: (...x: Expr[]) => Expr;
  readonly derivative?: DerivativeRule;
}

const rootHalf = Math.SQRT1_2;
const rootTwoOverPi = Math.sqrt(2 / Math.PI);
const oneOverRootTwoPi = 1 / Math.sqrt(2 * Math.PI);
/** Flat between jumps: the gradient is there and is zero. */
const flat: DerivativeRule = () => [constant(0)];

const sigmoid = (x: Expr) => div(1, add(1, exp(neg(x))));
const normalDensity = (x: Expr) => mul(oneOverRootTwoPi, exp(mul(-0.5, mul(x, x))));
const normalCumulative = (x: Expr) => mul(0.5, add(1, erf(mul(x, rootHalf))));
const twiceGeluInner = (x: Expr) => mul(2 * rootTwoOverPi, add(x, mul(0.044715, mul(x, mul(x, x)))));
/** log(1 + x): the rounding of 1 + x is made up for by the quotient of what it is from what it should be. */
const log1p = (x: Expr) => {
  const sum = add(1, x);
  return select(or(eq(sum, 1), eq(x, Infinity)), x, mul(log(sum), div(x, sub(sum, 1))));
};
const halfAtTies = (g: Expr, loses: Expr, ties: Expr) => select(ties, mul(0.5, g), select(loses, 0, g));
const onlyIf = (condition: Expr, g: Expr) => select(condition, g, 0);

/** a ** b of int32 by squaring. A negative power of what is neither 1 nor -1 lies below 1, and truncates to 0. */
function integerPower(a: Expr, b: Expr): Expr {
  const [one, zero] = [constant(1, 'int32'), constant(0, 'int32')];
  let [result, square] = [one, a];
  for (let bit = 0; bit < 31; bit++) {
    result = mul(result, select(eq(bitAnd(shiftRight(b, bit), 1), 1), square, one));
    square = mul(square, square);
  }
  return select(and(lt(b, 0), ne(abs(a), 1)), zero, result);
}

/** Every elementwise operation: forward, and beside it the gradients of its inputs from g, the output y and the inputs. */
export const elementwiseTable = {
  add: { typing: 'numeric', forward: add, derivative: (g) => [g, g] },
  sub: { typing: 'numeric', forward: sub, derivative: (g) => [g, neg(g)] },
  mul: { typing: 'numeric', forward: mul, derivative: (g, _, a, b) => [mul(g, b), mul(g, a)] },
  div: { typing: 'float', forward: div, derivative: (g, y, _, b) => [div(g, b), neg(mul(g, div(y, b)))] },
  pow: {
    typing: 'float',
    forward: pow,
    derivative: (g, y, a, b) => [
      select(eq(b, 0), 0, mul(g, mul(b, pow(a, sub(b, 1))))),
      select(and(eq(a, 0), ge(b, 0)), 0, mul(g, mul(y, log(a)))),
    ],
  },
  integerPow: { typing: 'numeric', forward: integerPower },
  maximum: {
    typing: 'numeric',
    forward: max,
    derivative: (g, _, a, b) => [halfAtTies(g, lt(a, b), eq(a, b)), halfAtTies(g, lt(b, a), eq(a, b))],
  },
  minimum: {
    typing: 'numeric',
    forward: min,
    derivative: (g, _, a, b) => [halfAtTies(g, gt(a, b), eq(a, b)), halfAtTies(g, gt(b, a), eq(a, b))],
  },
  neg: { typing: 'numeric', forward: neg, derivative: (g) => [neg(g)] },
  abs: {
    typing: 'numeric',
    forward: abs,
    derivative: (g, _, x) => [select(gt(x, 0), g, select(lt(x, 0), neg(g), 0))],
  },
  square: { typing: 'numeric', forward: (x) => mul(x, x), derivative: (g, _, x) => [mul(g, mul(2, x))] },
  sign: {
    typing: 'numeric',
    forward: (x) => select(gt(x, 0), constant(1, x.type), select(lt(x, 0), constant(-1, x.type), 0)),
    derivative: flat,
  },
  exp: { typing: 'float', forward: exp, derivative: (g, y) => [mul(g, y)] },
  log: { typing: 'float', forward: log, derivative: (g, _, x) => [div(g, x)] },
  /** exp(x) - 1, which is tanh(x / 2) (exp(x) + 1): no digits are lost near 0. */
  expm1: {
    typing: 'float',
    forward: (x) => mul(tanh(mul(0.5, x)), add(exp(x), 1)),
    derivative: (g, _, x) => [mul(g, exp(x))],
  },
  log1p: { typing: 'float', forward: log1p, derivative: (g, _, x) => [div(g, add(1, x))] },
  sqrt: { typing: 'float', forward: sqrt, derivative: (g, y) => [div(mul(0.5, g), y)] },
  /** sqrt whose slope at 0 is taken as 0: the standard deviation of equal values. */
  rootOfVariance: { typing: 'float', forward: sqrt, derivative: (g, y) => [select(eq(y, 0), 0, div(mul(0.5, g), y))] },
  rsqrt: {
    typing: 'float',
    forward: (x) => div(1, sqrt(x)),
    derivative: (g, y) => [mul(mul(-0.5, g), mul(y, mul(y, y)))],
  },
  reciprocal: { typing: 'float', forward: (x) => div(1, x), derivative: (g, y) => [neg(mul(g, mul(y, y)))] },
  sin: { typing: 'float', forward: sin, derivative: (g, _, x) => [mul(g, cos(x))] },
  cos: { typing: 'float', forward: cos, derivative: (g, _, x) => [neg(mul(g, sin(x)))] },
  tanh: { typing: 'float', forward: tanh, derivative: (g, y) => [mul(g, sub(1, mul(y, y)))] },
  erf: {
    typing: 'float',
    forward: erf,
    derivative: (g, _, x) => [mul(g, mul(2 / Math.sqrt(Math.PI), exp(neg(mul(x, x)))))],
  },
  sigmoid: { typing: 'float', forward: sigmoid, derivative: (g, y) => [mul(g, mul(y, sub(1, y)))] },
  relu: { typing: 'numeric', forward: (x) => max(x, 0), derivative: (g, y) => [select(le(y, 0), 0, g)] },
  silu: {
    typing: 'float',
    forward: (x) => mul(x, sigmoid(x)),
    derivative: (g, _, x) => [mul(g, mul(sigmoid(x), add(1, mul(x, sub(1, sigmoid(x))))))],
  },
  gelu: {
    typing: 'float',
    forward: (x) => mul(x, normalCumulative(x)),
    derivative: (g, _, x) => [mul(g, add(normalCumulative(x), mul(x, normalDensity(x))))],
  },
  geluTanh: {
    typing: 'float',
    // (1 + tanh(u)) / 2 is the sigmoid of 2u, which takes fewer operations
    forward: (x) => mul(x, sigmoid(twiceGeluInner(x))),
    derivative: (g, _, x) => {
      const s = sigmoid(twiceGeluInner(x));
      const slope = mul(2 * rootTwoOverPi, add(1, mul(3 * 0.044715, mul(x, x))));
      return [mul(g, add(s, mul(mul(x, slope), mul(s, sub(1, s)))))];
    },
  },
  floor: { typing: 'float', forward: floor, derivative: flat },
  ceil: { typing: 'float', forward: ceil, derivative: flat },
  round: { typing: 'float', forward: round, derivative: flat },
  clamp: {
    typing: 'numeric',
    forward: (x, low, high) => min(max(x, low), high),
    derivative: (g, _, x, low, high) => [onlyIf(and(ge(x, low), le(x, high)), g), null, null],
  },
  where: {
    typing: 'choose',
    forward: (c, a, b) => select(c, a, b),
    derivative: (g, _, c) => [null, onlyIf(c, g), onlyIf(not(c), g)],
  },
  eq: { typing: 'compare', forward: eq },
  ne: { typing: 'compare', forward: ne },
  lt: { typing: 'compare', forward: lt },
  le: { typing: 'compare', forward: le },
  gt: { typing: 'compare', forward: gt },
  ge: { typing: 'compare', forward: ge },
  logicalAnd: { typing: 'logical', forward: and },
  logicalOr: { typing: 'logical', forward: or },
  logicalNot: { typing: 'logical', forward: not },
} satisfies Record<string, Elementwise>;

export type ElementwiseName = keyof typeof elementwiseTable;
