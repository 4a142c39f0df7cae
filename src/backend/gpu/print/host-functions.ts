import { define } from './scalar-function';

/** Where JavaScript computes, its mathematics has NaN, infinities and small numbers right. */
export const hostFunctions = [
  define('infinite', [], 'Number')`() { return Infinity; }`,
  define('isNotANumber', ['Number'], 'Number')`(x) { return x !== x ? 1 : 0; }`,
  define('larger', ['Number', 'Number'], 'Number')`(x, y) { return Math.max(x, y); }`,
  define('smaller', ['Number', 'Number'], 'Number')`(x, y) { return Math.min(x, y); }`,
  define('exponential', ['Number'], 'Number')`(x) { return Math.exp(x); }`,
  define('logarithm', ['Number'], 'Number')`(x) { return Math.log(x); }`,
  define('sine', ['Number'], 'Number')`(x) { return Math.sin(x); }`,
  define('cosine', ['Number'], 'Number')`(x) { return Math.cos(x); }`,
  define('hyperbolicTangent', ['Number'], 'Number')`(x) { return Math.tanh(x); }`,
  // C's pow: JavaScript's makes 1 ** NaN and (-1) ** Infinity NaN
  define('power', ['Number', 'Number'], 'Number')`(x, y) {
    if (y === 0 || x === 1) return 1;
    if (x === -1 && (y === Infinity || y === -Infinity)) return 1;
    return Math.pow(x, y);
  }`,
];
