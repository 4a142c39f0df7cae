import {
  abs, add, and, bitAnd, bitOr, bitsToFloat, cast, constant, div, eq, floatToBits, floor, fma, gt, le, lt, max, min, mul, ne, neg, not, or, round,
  select, shiftLeft, shiftRight, sub, truncate,
} from './build'; // prettier-ignore
import { makeExpr, topological, type Expr, type ScalarOp } from './expr';

/**
 * The transcendental functions as polynomials over the other primitives, for backends whose machine has no such
 * instructions. Coefficients are those of the Cephes library (S. Moshier), erf's those of Eigen.
 */

const horner = (x: Expr, [first, ...rest]: readonly number[]): Expr =>
  rest.reduce<Expr>((sum, c) => fma(sum, x, c), constant(first));

const infinity = constant(Infinity);
const notANumber = constant(NaN);
const shiftExponent = (x: Expr, by: Expr): Expr => bitsToFloat(add(floatToBits(x), shiftLeft(by, 23)));
const sign = (x: Expr): Expr => bitAnd(floatToBits(x), 0x80000000 | 0);
const withSign = (size: Expr, bits: Expr): Expr => bitsToFloat(bitOr(floatToBits(size), bits));

const highestExponent = 88.72283172607422; // the largest float32 whose exp is finite
const lowestExponent = -87.33654022216797; // below it results are denormal: they become 0

/** 2^n * exp(r), n whole and |r| at most half of ln 2. */
function exp(x: Expr): Expr {
  const inside = max(min(x, highestExponent), lowestExponent);
  const n = round(mul(inside, Math.LOG2E));
  const r = fma(n, 2.1219444e-4, fma(n, -0.693359375, inside));
  const tail = horner(r, [1.98756915e-4, 1.39819995e-3, 8.33345191e-3, 4.16657959e-2, 0.166666655, 0.5]);
  const value = shiftExponent(add(fma(mul(r, r), tail, r), 1), truncate(n));
  return select(gt(x, highestExponent), infinity, select(lt(x, lowestExponent), 0, value));
}

const logCoefficients = [7.03768363e-2, -0.115146101, 0.116769987, -0.12420141, 0.142493233, -0.166680577, 0.200007141, -0.24999994, 0.333333312]; // prettier-ignore

/** e ln 2 + ln m for x = 2^e m, m between the roots of 1/2 and 2. */
function log(x: Expr): Expr {
  const small = lt(x, 2 ** -126);
  const bits = floatToBits(select(small, mul(x, 2 ** 23), x));
  const offset = sub(bits, 0x3f3504f3);
  const exponent = sub(sub(shiftRight(add(offset, 127 << 23), 23), 127), select(small, constant(23, 'int32'), 0));
  const f = sub(bitsToFloat(add(bitAnd(offset, 0x007fffff), 0x3f3504f3)), 1);
  const e = cast(exponent, 'float32');
  const square = mul(f, f);
  const tail = fma(mul(f, square), horner(f, logCoefficients), fma(e, -2.12194442e-4, mul(square, -0.5)));
  const value = fma(e, 0.693359375, add(f, tail));
  const positive = select(eq(x, infinity), infinity, value);
  return select(gt(x, 0), positive, select(eq(x, 0), neg(infinity), notANumber));
}

function tanh(x: Expr): Expr {
  const size = abs(x);
  const square = mul(x, x);
  const odd = horner(square, [-5.70498873e-3, 2.06390888e-2, -5.37397156e-2, 0.133314422, -0.333332819]);
  const small = fma(mul(square, odd), x, x);
  const large = sub(1, div(2, add(exp(add(size, size)), 1)));
  return select(lt(size, 0.625), small, select(ne(x, x), x, withSign(large, sign(x))));
}

function erf(x: Expr): Expr {
  const inside = max(min(x, 4), -4);
  const square = mul(inside, inside);
  const top = horner(square, [-2.72614225801306e-10, 2.77068142495902e-8, -2.10102402082508e-6, -5.69250639462346e-5, -7.34990630326855e-4, -2.95459980854025e-3, -1.60960333262415e-2]); // prettier-ignore
  const bottom = horner(square, [-1.45660718464996e-5, -2.13374055278905e-4, -1.68282697438203e-3, -7.37332916720468e-3, -1.42647390514189e-2]); // prettier-ignore
  return max(min(div(mul(inside, top), bottom), 1), -1);
}

/** exp(y log |x|) with C's rules for signs, zeros and infinities. */
function pow(x: Expr, y: Expr): Expr {
  const whole = eq(floor(y), y);
  const odd = and(whole, and(ne(floor(mul(y, 0.5)), mul(y, 0.5)), lt(abs(y), 2 ** 24)));
  const size = exp(mul(y, log(abs(x))));
  const signed = withSign(size, select(odd, sign(x), 0));
  const undefinedBelowZero = and(lt(x, 0), and(not(whole), ne(x, neg(infinity))));
  const value = select(undefinedBelowZero, notANumber, signed);
  const one = or(eq(y, 0), or(eq(x, 1), and(eq(x, -1), eq(abs(y), infinity))));
  return select(one, 1, select(or(ne(x, x), ne(y, y)), notANumber, value));
}

const table: { [op in ScalarOp]?: (...args: Expr[]) => Expr } = { exp, log, tanh, erf, pow };

/** The expression with exp, log, tanh, erf and pow spelled out. */
export function approximate(root: Expr): Expr {
  const done = new Map<Expr, Expr>();
  for (const e of topological([root])) {
    const args = e.args.map((a) => done.get(a)!);
    done.set(e, table[e.op]?.(...args) ?? makeExpr(e.op, e.type, args, e.value));
  }
  return done.get(root)!;
}

/** sin and cos of r + q pi/2 for |r| at most pi/4 and q one of 0 to 3. */
export function sineOfTurn(r: Expr, q: Expr): Expr {
  const square = mul(r, r);
  const sine = fma(mul(square, horner(square, [-1.95152959e-4, 8.33216087e-3, -0.166666546])), r, r);
  const cosine = fma(mul(square, square), horner(square, [2.44331571e-5, -1.38873162e-3, 4.16666457e-2]), fma(square, -0.5, 1)); // prettier-ignore
  const value = select(eq(bitAnd(q, 1), 0), sine, cosine);
  return select(le(bitAnd(q, 3), 1), value, neg(value));
}
