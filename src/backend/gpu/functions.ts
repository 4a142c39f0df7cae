import { floatLiteral } from './literal';

type Type = 'Number' | 'Integer';

/** A function that kernels call; gpu.js compiles it along with those that use it. */
export interface ScalarFunction {
  readonly name: string;
  readonly argumentTypes: readonly Type[];
  readonly returnType: Type;
  readonly source: string;
}

/** A tag: the template holds the function's parameters and body. */
const define =
  (name: string, argumentTypes: readonly Type[], returnType: Type) =>
  (text: TemplateStringsArray, ...values: string[]): ScalarFunction => ({
    name,
    argumentTypes,
    returnType,
    source: `function ${name}${String.raw(text, ...values)}`,
  });

const exponents = [64, 32, 16, 8, 4, 2, 1];
const two = (exponent: number) => floatLiteral(2 ** exponent);

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}

/** Horner's rule for the Maclaurin series of erf(x) / x in s = x * x, exact to float32 for |x| < 1. */
const erfSeries = Array.from(
  { length: 11 },
  (_, n) => ((-1) ** n * 2) / Math.sqrt(Math.PI) / factorial(n) / (2 * n + 1),
)
  .map(floatLiteral)
  .reduceRight((rest, c) => `${c} + s * (${rest})`);

/** Source: Abramowitz and Stegun, 7.1.5 below 1, and 7.1.26 (to 1.5e-7) beyond. */
const erf = define('erf', ['Number'], 'Number')`(x) {
  const a = Math.abs(x);
  const s = a * a;
  if (a < 1) return x * (${erfSeries});
  const t = 1 / (1 + 0.3275911 * a);
  const p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const y = a > 6 ? 1 : 1 - p * Math.exp(-s);
  return x < 0 ? -y : y;
}`;

const roundHalfEven = define('roundHalfEven', ['Number'], 'Number')`(x) {
  const low = Math.floor(x);
  const rest = x - low;
  if (rest < 0.5) return low;
  if (rest > 0.5) return low + 1;
  return low - 2 * Math.floor(low / 2) === 0 ? low : low + 1;
}`;

/** C's pow: JavaScript's makes 1 ** NaN and (-1) ** Infinity NaN. */
const power = define('power', ['Number', 'Number'], 'Number')`(x, y) {
  if (y === 0 || x === 1) return 1;
  if (x === -1 && (y === Infinity || y === -Infinity)) return 1;
  return Math.pow(x, y);
}`;

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

/** The float32 whose bits are n, by exact multiplications: gpu.js has no way to reinterpret a number. */
const floatOfBits = define('floatOfBits', ['Integer'], 'Number')`(n) {
  const mantissa = n & 8388607;
  let exponent = ((n >>> 23) & 255) - 127;
  const sign = n < 0 ? -1 : 1;
  if (exponent === 128) return mantissa === 0 ? sign * Infinity : Infinity - Infinity;
  if (exponent === -127) return sign * (mantissa * ${two(-100)} * ${two(-49)});
  let x = 1 + mantissa * ${two(-23)};
  ${exponents.map((k) => `if (exponent >= ${k}) { x = x * ${two(k)}; exponent = exponent - ${k}; }`).join('\n  ')}
  ${exponents.map((k) => `if (exponent <= -${k}) { x = x * ${two(-k)}; exponent = exponent + ${k}; }`).join('\n  ')}
  return sign * x;
}`;

/** The bits of a float32; those of a NaN are 0x7fc00000. */
const bitsOfFloat = define('bitsOfFloat', ['Number'], 'Integer')`(x) {
  if (x !== x) return (2143289344 | 0);
  const sign = x < 0 || x === 0 && 1 / x < 0 ? 1 : 0;
  let a = Math.abs(x);
  if (a === Infinity) return (sign << 31) | 2139095040;
  const tiny = a * ${two(100)} * ${two(49)};
  if (a < ${two(-126)}) return (sign << 31) | tiny;
  let exponent = 127;
  ${exponents.map((k) => `if (a >= ${two(k)}) { a = a * ${two(-k)}; exponent = exponent + ${k}; }`).join('\n  ')}
  ${exponents.map((k) => `if (a < ${two(1 - k)}) { a = a * ${two(k)}; exponent = exponent - ${k}; }`).join('\n  ')}
  const mantissa = (a - 1) * 8388608;
  return (sign << 31) | (exponent << 23) | mantissa;
}`;

const all = [
  erf, roundHalfEven, power, intAbs, intMin, intMax, intMultiply, quotientStep, quotientFix, intDivide, intOf,
  floatOfBits, bitsOfFloat,
]; // prettier-ignore

/** The functions that the text calls, and those that they call. */
export function calledFunctions(text: string): ScalarFunction[] {
  const called = all.filter(({ name, source }) => source !== text && new RegExp(`\\b${name}\\(`).test(text));
  return [...new Set(called.flatMap((f) => [f, ...calledFunctions(f.source)]))];
}
