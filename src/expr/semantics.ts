import type { Expr, ScalarOp } from './expr';
import { erf } from './erf';

const words = new Int32Array(1);
const floats = new Float32Array(words.buffer);

/** What a primitive computes from its arguments (booleans are 0 and 1), in double precision; the caller rounds. */
type Meaning = (a: number, b: number, c: number) => number;

/** Half to even, as IEEE and PyTorch round. */
function roundHalfEven(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  if (rest !== 0.5) return rest < 0.5 ? low : low + 1;
  return low % 2 === 0 ? low : low + 1;
}

function power(x: number, y: number): number {
  return y === 0 || x === 1 ? 1 : x === -1 && !Number.isFinite(y) && !Number.isNaN(y) ? 1 : x ** y; // JavaScript makes 1 ** NaN NaN, C does not
}

const shared = {
  neg: (a: number) => -a,
  abs: Math.abs,
  min: Math.min,
  max: Math.max,
  eq: (a: number, b: number) => Number(a === b),
  lt: (a: number, b: number) => Number(a < b),
  le: (a: number, b: number) => Number(a <= b),
  and: (a: number, b: number) => a & b,
  or: (a: number, b: number) => a | b,
  not: (a: number) => 1 - a,
  select: (a: number, b: number, c: number) => (a ? b : c),
  bitAnd: (a: number, b: number) => a & b,
  bitOr: (a: number, b: number) => a | b,
  bitXor: (a: number, b: number) => a ^ b,
  shiftLeft: (a: number, b: number) => a << b,
  shiftRight: (a: number, b: number) => (a >>> b) | 0,
  toFloat: (a: number) => a,
  toBool: (a: number) => Number(a !== 0),
  bitsToFloat: (a: number) => ((words[0] = a), floats[0]),
  floatToBits: (a: number) => ((floats[0] = a), words[0]),
  toInt: (a: number) => Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(a))) | 0, // saturates as WebAssembly does
} satisfies { [op in ScalarOp]?: Meaning };

/** On float32 (and float64, where the reference backend computes in it). */
const onFloats = {
  ...shared,
  add: (a: number, b: number) => a + b,
  sub: (a: number, b: number) => a - b,
  mul: (a: number, b: number) => a * b,
  div: (a: number, b: number) => a / b,
  fma: (a: number, b: number, c: number) => a * b + c,
  sqrt: Math.sqrt,
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundHalfEven,
  exp: Math.exp,
  log: Math.log,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  erf,
  pow: power,
} satisfies { [op in Exclude<ScalarOp, 'const' | 'input' | 'index'>]: Meaning };

/** On int32: arithmetic wraps, division truncates (and gives 0 for a zero divisor). */
const onInts = {
  ...onFloats,
  add: (a: number, b: number) => (a + b) | 0,
  sub: (a: number, b: number) => (a - b) | 0,
  mul: Math.imul,
  div: (a: number, b: number) => (b === 0 ? 0 : (a / b) | 0),
  neg: (a: number) => -a | 0,
  abs: (a: number) => Math.abs(a) | 0,
} satisfies Record<keyof typeof onFloats, Meaning>;

/** The meaning of `e`, which is no leaf: a function of its arguments' values. */
export function meaning(e: Expr): Meaning {
  const table: Record<string, Meaning> = e.args[e.args.length - 1].type === 'int32' ? onInts : onFloats;
  return table[e.op];
}
