import { floatLiteral } from './literal';
import { define } from './scalar-function';

/** Pi / 2 in three parts of few bits: whole multiples up to some ten thousand are exact. */
const [high, middle, low] = [1.5703125, 4.837512969970703e-4, 7.549789948768648e-8].map(floatLiteral);

/** x less the whole multiple of pi / 2 nearest to it, whose number is n. */
const rest = `((x - n * ${high}) - n * ${middle}) - n * ${low}`;

/** What a quarter turn makes of sine and cosine of the rest, as Taylor series: right to float32 up to pi / 4. */
const turned = (quarters: string) => `
  if (!(Math.abs(x) < ${floatLiteral(3.4028234663852886e38)})) return infinite() - infinite();
  const n = Math.floor(x * ${floatLiteral(2 / Math.PI)} + 0.5);
  const r = ${rest};
  const s = r * r;
  const quarter = ${quarters};
  const turn = quarter - 4 * Math.floor(quarter / 4);
  const odd = r + r * s * (-0.16666667163372 + s * (0.00833333376795 + s * (-0.00019841270114 + s * 0.00000275573194)));
  const even = 1 + s * (-0.5 + s * (0.04166666790843 + s * (-0.00138888892252 + s * 0.00002480158764)));
  const value = turn === 1 || turn === 3 ? even : odd;
  return turn >= 2 ? -value : value;`;

/**
 * GPUs may take it that there is neither NaN nor infinity, drop NaN from max and min, round sin and cos to a thousandth, and
 * leave log(0) and powers of negative numbers open. What is written here holds on all that were tried.
 */
export const gpuFunctions = [
  // no literal, which is cut to the largest finite number
  define('infinite', [], 'Number')`() {
    let x = 3e38;
    x = x * 10;
    return x;
  }`,
  define('isNotANumber', ['Number'], 'Number')`(x) { return x === x ? 0 : 1; }`,
  define('larger', ['Number', 'Number'], 'Number')`(x, y) {
    if (isNotANumber(x) > 0) return x;
    if (isNotANumber(y) > 0) return y;
    return x > y ? x : y;
  }`,
  define('smaller', ['Number', 'Number'], 'Number')`(x, y) {
    if (isNotANumber(x) > 0) return x;
    if (isNotANumber(y) > 0) return y;
    return x < y ? x : y;
  }`,
  define('exponential', ['Number'], 'Number')`(x) {
    if (isNotANumber(x) > 0) return x;
    return Math.exp(x);
  }`,
  define('logarithm', ['Number'], 'Number')`(x) {
    if (isNotANumber(x) > 0) return x;
    if (x < 0) return infinite() - infinite();
    if (x === 0) return -infinite();
    if (x > ${floatLiteral(3.4028234663852886e38)}) return x;
    return Math.log(x);
  }`,
  define('sine', ['Number'], 'Number')`(x) {${turned('n')}
  }`,
  define('cosine', ['Number'], 'Number')`(x) {${turned('n + 1')}
  }`,
  // beyond 44 some give NaN
  define('hyperbolicTangent', ['Number'], 'Number')`(x) {
    if (isNotANumber(x) > 0) return x;
    return Math.tanh(Math.max(-20, Math.min(20, x)));
  }`,
  // C's pow
  define('power', ['Number', 'Number'], 'Number')`(x, y) {
    if (y === 0 || x === 1) return 1;
    if (isNotANumber(x) > 0) return x;
    if (isNotANumber(y) > 0) return y;
    const largest = ${floatLiteral(3.4028234663852886e38)};
    const a = Math.abs(x);
    if (Math.abs(y) > largest) {
      if (a === 1) return 1;
      if (a > 1) return y > 0 ? infinite() : 0;
      return y > 0 ? 0 : infinite();
    }
    const whole = Math.floor(y) === y ? 1 : 0;
    if (x < 0 && a <= largest && whole === 0) return infinite() - infinite();
    const odd = whole > 0 && Math.floor(y / 2) * 2 !== y ? 1 : 0;
    const sign = odd > 0 && (x < 0 || (x === 0 && 1 / x < 0)) ? -1 : 1;
    if (a === 0) return y > 0 ? 0 : sign * infinite();
    if (a > largest) return y > 0 ? sign * infinite() : 0;
    return sign * Math.pow(a, y);
  }`,
];
