import { define } from './scalar-function';

const intAbs = define('intAbs', ['Integer'], 'Integer')`(m) { return m < 0 ? (0 - m) | 0 : m; }`;
const intMin = define('intMin', ['Integer', 'Integer'], 'Integer')`(m, n) { return m < n ? m : n; }`;
const intMax = define('intMax', ['Integer', 'Integer'], 'Integer')`(m, n) { return m > n ? m : n; }`;

/** By halves, so that JavaScript's doubles hold every partial product; where integers wrap anyway it changes nothing. */
const intMultiply = define(
  'intMultiply',
  ['Integer', 'Integer'],
  'Integer',
)`(m, n) { return ((m & 65535) * n + ((((m >>> 16) * n) & 65535) << 16)) | 0; }`;

/** Adds to the quotient what the rest still holds: 24 bits at a time where division is in float32. */
const quotientStep = define(
  'quotientStep',
  ['Integer', 'Integer', 'Integer'],
  'Integer',
)`(m, n, q) { return (q + (((m - q * n) / n) | 0)) | 0; }`;

/** One towards zero where rounding took the quotient too far. */
const quotientFix = define('quotientFix', ['Integer', 'Integer', 'Integer'], 'Integer')`(m, n, q) {
  const rest = (m - q * n) | 0;
  if (rest > 0 && m < 0 || rest < 0 && m > 0) return (q + ((m ^ n) < 0 ? (1 | 0) : (-1 | 0))) | 0;
  return q;
}`;

/** Truncates, and gives 0 for a zero divisor. */
const intDivide = define('intDivide', ['Integer', 'Integer'], 'Integer')`(m, n) {
  if (n === 0) return (0 | 0);
  return quotientFix(m, n, quotientStep(m, n, quotientStep(m, n, quotientStep(m, n, (0 | 0)))));
}`;

/** Truncates and saturates; NaN gives 0. */
const intOf = define('intOf', ['Number'], 'Integer')`(x) {
  const y = Math.max(-2147483648, Math.min(2147483647, x));
  return y | 0;
}`;

/** Arithmetic of int32 as JavaScript has it, where gpu.js computes in float32 or in doubles. */
export const intFunctions = [intAbs, intMin, intMax, intMultiply, quotientStep, quotientFix, intDivide, intOf];
