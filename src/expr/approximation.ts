import {
  abs, add, and, bitAnd, bitOr, bitsToFloat, bitXor, cast, constant, div, eq, floatToBits, floor, fma, gt, le, lt, max, min, mul, ne, neg, not, or, round,
  select, shiftLeft, shiftRight, sub, truncate,
} from './build'; // prettier-ignore
import { makeExpr, topological, type Expr, type ScalarOp } from './expr';

/**
 * The transcendental functions as polynomials over the other primitives, for backends whose machine has no such
 * instructions. Coefficients are those of the Cephes library (S. Moshier);
 * erf's are minimax fits of its two ranges.
 */

/** A polynomial, highest power first, in pairs of terms (Estrin): they wait for each other less than one by one. */
function polynomial(x: Expr, coefficients: readonly number[]): Expr {
  const odd = coefficients.length % 2;
  const lines = coefficients.slice(odd).flatMap((c, i, all) => (i % 2 === 0 ? [fma(x, c, all[i + 1])] : []));
  const [first, ...rest] = odd === 1 ? [constant(coefficients[0]), ...lines] : lines;
  return rest.reduce((sum, line) => fma(sum, mul(x, x), line), first);
}

const infinity = constant(Infinity);
const notANumber = constant(NaN);
const shiftExponent = (x: Expr, by: Expr): Expr => bitsToFloat(add(floatToBits(x), shiftLeft(by, 23)));
const sign = (x: Expr): Expr => bitAnd(floatToBits(x), 0x80000000 | 0);
const withSign = (size: Expr, bits: Expr): Expr => bitsToFloat(bitOr(floatToBits(size), bits));

// engines make the mask of a sign anew for each vector; as a constant it is hoisted
const absolute = (x: Expr): Expr => (x.type === 'float32' ? bitsToFloat(bitAnd(floatToBits(x), 0x7fffffff)) : abs(x));
function negative(x: Expr): Expr {
  if (x.type !== 'float32') return neg(x);
  const [factor, other] = x.args;
  if (x.op === 'mul' && factor.op === 'const') return mul(-factor.value, other);
  return bitsToFloat(bitXor(floatToBits(x), 0x80000000 | 0));
}

const highestExponent = 88.72283172607422; // the largest float32 whose exp is finite
const lowestExponent = -87.33654022216797; // below it results are denormal: they become 0

/** Added to a number below 2^22, it leaves the nearest whole number in the lowest bits. */
const roundingShift = 1.5 * 2 ** 23;

/** exp(r) for |r| at most half of ln 2, and a little over. */
function expNearZero(r: Expr): Expr {
  const tail = polynomial(r, [1.98756915e-4, 1.39819995e-3, 8.33345191e-3, 4.16657959e-2, 0.166666655, 0.5]);
  return add(fma(mul(r, r), tail, r), 1);
}
/** x - n ln 2, in two steps of which the first is exact. */
const lessLn2 = (x: Expr, n: Expr): Expr => fma(n, -ln2Low, fma(n, -ln2High, x));
const [ln2High, ln2Low] = [0.693359375, -2.12194442e-4];

/** 2^n * exp(r), n whole and |r| at most half of ln 2. */
function exp(x: Expr): Expr {
  const inside = max(min(x, highestExponent), lowestExponent);
  const shifted = fma(inside, Math.LOG2E, roundingShift);
  const n = sub(shifted, roundingShift);
  const value = shiftExponent(expNearZero(lessLn2(inside, n)), floatToBits(shifted));
  // of NaN, whose lowest bits may be anything, the sum is NaN
  return select(le(x, highestExponent), select(lt(x, lowestExponent), 0, value), add(x, infinity));
}

const logCoefficients = [7.03768363e-2, -0.115146101, 0.116769987, -0.12420141, 0.142493233, -0.166680577, 0.200007141, -0.24999994, 0.333333312]; // prettier-ignore

/** For x = 2^e (1 + f) above 0, 1 + f between the roots of 1/2 and 2: log x is e ln2High + f + tail. */
function logParts(x: Expr): { e: Expr; f: Expr; tail: Expr } {
  const small = lt(x, 2 ** -126);
  const bits = floatToBits(select(small, mul(x, 2 ** 23), x));
  const offset = sub(bits, 0x3f3504f3);
  const exponent = sub(sub(shiftRight(add(offset, 127 << 23), 23), 127), select(small, constant(23, 'int32'), 0));
  const f = sub(bitsToFloat(add(bitAnd(offset, 0x007fffff), 0x3f3504f3)), 1);
  const e = cast(exponent, 'float32');
  const square = mul(f, f);
  const tail = fma(mul(f, square), polynomial(f, logCoefficients), fma(e, ln2Low, mul(square, -0.5)));
  return { e, f, tail };
}

function log(x: Expr): Expr {
  const { e, f, tail } = logParts(x);
  const positive = select(eq(x, infinity), infinity, fma(e, ln2High, add(f, tail)));
  return select(gt(x, 0), positive, select(eq(x, 0), -Infinity, notANumber));
}

function tanh(x: Expr): Expr {
  const size = absolute(x);
  const square = mul(x, x);
  const odd = polynomial(square, [-5.70498873e-3, 2.06390888e-2, -5.37397156e-2, 0.133314422, -0.333332819]);
  const small = fma(mul(square, odd), size, size);
  const large = sub(1, div(2, add(exp(add(size, size)), 1)));
  return withSign(select(lt(size, 0.625), small, large), sign(x));
}

/** erf(x) / x in powers of x^2 below 1; erf(x) in powers of x - erfMiddle up to erfEnd, where it is 1 exactly. */
const erfSmall = [-5.62910783e-4, 4.91702377e-3, -2.67108941e-2, 0.112801668, -0.376123247, 1.12837912];
const erfLarge = [-8.47475197e-6, 2.13459813e-5, 5.79524831e-5, -2.80513115e-4, 2.95370583e-4, 5.73430725e-4, -2.82728375e-3, 6.10074304e-3, -8.61114284e-3, 8.35405656e-3, -5.44734014e-3, 2.17800678e-3, 0.999593086]; // prettier-ignore
const [erfMiddle, erfEnd] = [2.5, 4];

function erf(x: Expr): Expr {
  const size = min(absolute(x), erfEnd);
  const small = mul(size, polynomial(mul(size, size), erfSmall));
  const large = polynomial(sub(size, erfMiddle), erfLarge);
  return withSign(select(lt(size, 1), small, large), sign(x));
}

/** The first half of a float's bits: the product of two such is exact. */
const half = (x: Expr): Expr => bitsToFloat(bitAnd(floatToBits(x), 0xfffff000 | 0));

/**
 * x^y for x above 0 and finite. y log x is kept as an exact product and a small rest, since exp multiplies what it lacks by
 * up to 2^7. Denormal results come gradually: what is just above them may be computed as just below.
 */
function positivePower(x: Expr, y: Expr): Expr {
  const { e, f, tail } = logParts(x);
  const whole = mul(e, ln2High);
  const logHigh = half(add(whole, add(f, tail)));
  const logLow = add(add(sub(whole, logHigh), f), tail);
  const inside = max(min(y, 2 ** 40), -(2 ** 40));
  const yHigh = half(inside);
  const product = mul(yHigh, logHigh);
  const rest = fma(inside, logLow, mul(sub(inside, yHigh), logHigh));
  const n = round(mul(product, Math.LOG2E));
  const [first, all] = [truncate(mul(n, 0.5)), truncate(n)];
  const near = shiftExponent(expNearZero(add(lessLn2(product, n), rest)), first);
  const value = mul(near, bitsToFloat(shiftLeft(add(sub(all, first), 127), 23)));
  return select(gt(product, 90), infinity, select(lt(product, -105), 0, value));
}

/** C's rules for signs, zeros and infinities around it. */
function pow(x: Expr, y: Expr): Expr {
  const size = absolute(x);
  const [isZero, isInfinite] = [eq(size, 0), eq(size, infinity)];
  const ofEnd = select(or(and(isZero, lt(y, 0)), and(isInfinite, gt(y, 0))), infinity, 0);
  const whole = eq(floor(y), y);
  const odd = and(whole, and(ne(floor(mul(y, 0.5)), mul(y, 0.5)), lt(absolute(y), 2 ** 24)));
  const signed = withSign(select(or(isZero, isInfinite), ofEnd, positivePower(size, y)), select(odd, sign(x), 0));
  const undefinedBelowZero = and(lt(x, 0), and(not(whole), not(isInfinite)));
  const value = select(undefinedBelowZero, notANumber, signed);
  const one = or(eq(y, 0), or(eq(x, 1), and(eq(x, -1), eq(absolute(y), infinity))));
  return select(one, 1, select(or(ne(x, x), ne(y, y)), notANumber, value));
}

const table: { [op in ScalarOp]?: (...args: Expr[]) => Expr } = {
  exp,
  log,
  tanh,
  erf,
  pow,
  neg: negative,
  abs: absolute,
};

/** The expression with exp, log, tanh, erf, pow and changes of signs spelled out. */
export function approximate(root: Expr): Expr {
  const done = new Map<Expr, Expr>();
  for (const e of topological([root])) {
    const args = e.args.map((a) => done.get(a)!);
    done.set(e, table[e.op]?.(...args) ?? makeExpr(e.op, e.type, args, e.value));
  }
  return done.get(root)!;
}

/** sin and cos of r + q pi/2 for |r| at most pi/4 and q one of 0 to 3. A longer r is none, and is left out. */
export function sineOfTurn(rest: Expr, q: Expr): Expr {
  const r = select(gt(abs(rest), 1), 0, rest);
  const square = mul(r, r);
  const sine = fma(mul(square, polynomial(square, [-1.95152959e-4, 8.33216087e-3, -0.166666546])), r, r);
  const cosine = fma(mul(square, square), polynomial(square, [2.44331571e-5, -1.38873162e-3, 4.16666457e-2]), fma(square, -0.5, 1)); // prettier-ignore
  const value = select(eq(bitAnd(q, 1), 0), sine, cosine);
  return select(le(bitAnd(q, 3), 1), value, neg(value));
}
