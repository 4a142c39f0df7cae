import { floatLiteral } from './literal';
import { glFunctions } from './gl-functions';
import { gpuFunctions } from './gpu-functions';
import type { Mode } from '../modes/gpu-js';
import { hostFunctions } from './host-functions';
import { intFunctions } from './int-functions';
import { calls, operators, type IntText } from './int-text';
import { define, type ScalarFunction } from './scalar-function';

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

/** Of two whole numbers, rounded down, whatever the machine's division leaves: see `coordinates`. */
const quotient = define('quotient', ['Number', 'Number'], 'Number')`(x, y) {
  const q = Math.floor((x + 0.5) / y);
  const rest = x - q * y;
  if (rest < 0) return q - 1;
  return rest >= y ? q + 1 : q;
}`;

const exponents = [64, 32, 16, 8, 4, 2, 1];
const two = (exponent: number) => floatLiteral(2 ** exponent);

/** The float32 whose bits are n, by exact multiplications: gpu.js has no way to reinterpret a number. */
const floatOfBits = define('floatOfBits', ['Integer'], 'Number')`(n) {
  const mantissa = n & 8388607;
  let exponent = ((n >>> 23) & 255) - 127;
  const sign = n < 0 ? -1 : 1;
  if (exponent === 128) return mantissa === 0 ? sign * infinite() : infinite() - infinite();
  if (exponent === -127) return sign * (mantissa * ${two(-100)} * ${two(-49)});
  let x = 1 + mantissa * ${two(-23)};
  ${exponents.map((k) => `if (exponent >= ${k}) { x = x * ${two(k)}; exponent = exponent - ${k}; }`).join('\n  ')}
  ${exponents.map((k) => `if (exponent <= -${k}) { x = x * ${two(-k)}; exponent = exponent + ${k}; }`).join('\n  ')}
  return sign * x;
}`;

/** The bits of a float32; those of a NaN are 0x7fc00000. */
const bitsOfFloat = define('bitsOfFloat', ['Number'], 'Integer')`(x) {
  if (isNotANumber(x) > 0) return (2143289344 | 0);
  const sign = x < 0 || x === 0 && 1 / x < 0 ? 1 : 0;
  let a = Math.abs(x);
  if (a > ${floatLiteral(3.4028234663852886e38)}) return (sign << 31) | 2139095040;
  const tiny = a * ${two(100)} * ${two(49)};
  if (a < ${two(-126)}) return (sign << 31) | tiny;
  let exponent = 127;
  ${exponents.map((k) => `if (a >= ${two(k)}) { a = a * ${two(-k)}; exponent = exponent + ${k}; }`).join('\n  ')}
  ${exponents.map((k) => `if (a < ${two(1 - k)}) { a = a * ${two(k)}; exponent = exponent - ${k}; }`).join('\n  ')}
  const mantissa = (a - 1) * 8388608;
  return (sign << 31) | (exponent << 23) | mantissa;
}`;

const shared = [quotient, erf, roundHalfEven, ...intFunctions, floatOfBits, bitsOfFloat];
const onHosts = [...hostFunctions, ...shared];
const onGpus = [...gpuFunctions, ...shared];
const onGl = [...glFunctions, ...onGpus];

/** What a mode is told in: how operations on int32 are written, and which functions there are; the first of a name counts. */
interface Dialect {
  readonly ints: IntText;
  readonly functions: readonly ScalarFunction[];
}
const dialects: Record<Mode, Dialect> = {
  cpu: { ints: operators, functions: onHosts },
  webasm: { ints: operators, functions: onHosts },
  webgpu: { ints: operators, functions: onGpus },
  webgl2: { ints: calls, functions: onGl },
  webgl: { ints: operators, functions: onGpus },
  headlessgl: { ints: operators, functions: onGpus },
};

export const intText = (mode: Mode): IntText => dialects[mode].ints;

/** The functions that the text calls in that mode, and those that they call. */
export function calledFunctions(text: string, mode: Mode): ScalarFunction[] {
  const found = new Map<string, ScalarFunction>();
  const visit = (source: string, own: string): void => {
    for (const f of dialects[mode].functions) {
      if (f.name === own || found.has(f.name) || !new RegExp(`\\b${f.name}\\(`).test(source)) continue;
      found.set(f.name, f);
      visit(f.source, f.name);
    }
  };
  visit(text, '');
  return [...found.values()];
}
