import {
  add,
  bitAnd,
  bitOr,
  bitXor,
  bitsToFloat,
  cast,
  constant,
  floatToBits,
  input,
  lt,
  mul,
  neg,
  select,
  shiftLeft,
  shiftRight,
  sqrt,
  sub,
} from './build';
import { index } from './build';
import type { Expr } from './expr';

const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

const rotateLeft = (x: Expr, bits: number) => bitOr(shiftLeft(x, bits), shiftRight(x, 32 - bits));

/**
 * Threefry-2x32 with 20 rounds: two words of random bits from a key and a counter.
 * Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011.
 */
export function threefry(key: readonly [Expr, Expr], counter: readonly [Expr, Expr]): [Expr, Expr] {
  const schedule = [key[0], key[1], bitXor(bitXor(key[0], key[1]), 0x1bd11bda)] as const;
  let x = add(counter[0], schedule[0]);
  let y = add(counter[1], schedule[1]);
  for (let group = 0; group < 5; group++) {
    for (const bits of rotations[group % 2]) {
      x = add(x, y);
      y = bitXor(rotateLeft(y, bits), x);
    }
    x = add(x, schedule[(group + 1) % 3]);
    y = add(add(y, schedule[(group + 2) % 3]), group + 1);
  }
  return [x, y];
}

/** Bits of the element at hand: inputs 0, 1 and 2 of the kernel are the two words of the seed and the stream. */
const bits = threefry([input(0, 'int32'), input(1, 'int32')], [index, input(2, 'int32')]);

/** A multiple of 2^-24 in [0, 1). */
const unit = (word: Expr) => mul(cast(shiftRight(word, 8), 'float32'), 2 ** -24);

/** Uniform on [0, 1). */
export const uniform: Expr = unit(bits[0]);

/** Natural logarithm of a float32 in [2^-24, 1], from products and sums alone so that all backends agree to the bit. */
function exactLog(x: Expr): Expr {
  const raw = floatToBits(x);
  const offset = sub(raw, 0x3f3504f3); // so that the mantissa comes out in [sqrt(1/2), sqrt(2))
  const exponent = sub(shiftRight(add(offset, 127 << 23), 23), 127);
  const mantissa = bitsToFloat(add(bitAnd(offset, 0x007fffff), 0x3f3504f3));
  const f = sub(mantissa, 1);
  const s = horner(
    f,
    [
      0.0703768358, -0.115146101, 0.116769984, -0.12420141, 0.142493233, -0.166680574, 0.200007141, -0.249999937,
      0.333333313,
    ],
  );
  const square = mul(f, f);
  const tail = sub(mul(mul(square, f), s), mul(square, 0.5));
  return add(add(f, tail), mul(cast(exponent, 'float32'), Math.LN2));
}

/** cos(2 pi x) for x in [0, 1): folded to an eighth of a turn by exact steps, then a polynomial. */
function exactCosTurn(x: Expr): Expr {
  const half = select(lt(x, 0.5), x, sub(1, x)); // cos is even about half a turn: [0, 1/2]
  const quarter = select(lt(half, 0.25), half, sub(0.5, half)); // and odd about a quarter: [0, 1/4]
  const small = lt(quarter, 0.125);
  const t = mul(select(small, quarter, sub(0.25, quarter)), 2 * Math.PI);
  const u = mul(t, t);
  const cosine = add(1, mul(u, horner(u, [2.44331571e-5, -1.38873162e-3, 4.16666457e-2, -0.5])));
  const sine = mul(t, add(1, mul(u, horner(u, [-1.95152959e-4, 8.33216087e-3, -1.66666546e-1]))));
  const value = select(small, cosine, sine);
  return select(lt(half, 0.25), value, neg(value));
}

function horner(x: Expr, coefficients: readonly number[]): Expr {
  return coefficients.slice(1).reduce<Expr>((sum, c) => add(mul(sum, x), c), constant(coefficients[0]));
}

/** Standard normal by Box and Muller, one number from the two words of each position. */
export const normal: Expr = mul(sqrt(mul(exactLog(sub(1, unit(bits[0]))), -2)), exactCosTurn(unit(bits[1])));
