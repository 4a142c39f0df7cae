import type { ScalarOp } from '../../../expr/expr';
import type { IntText } from './int-text';

export type Operation = Exclude<ScalarOp, 'const' | 'input' | 'index'>;
type Bitwise = 'bitAnd' | 'bitOr' | 'bitXor' | 'shiftLeft' | 'shiftRight';
export type Print = (a: string, b: string, c: string) => string;

/** A float32 operation rounds its result: gpu.js computes in double precision in cpu mode, and skips this elsewhere. */
const round = (text: string) => `Math.fround(${text})`;
const flag = (condition: string) => `(${condition} ? 1 : 0)`;

const shared = {
  eq: (a, b) => flag(`${a} === ${b}`),
  lt: (a, b) => flag(`${a} < ${b}`),
  le: (a, b) => flag(`${a} <= ${b}`),
  and: (a, b) => `(${a} * ${b})`,
  or: (a, b) => `Math.max(${a}, ${b})`,
  not: (a) => `(1 - ${a})`,
  select: (c, a, b) => `(${c} > 0 ? ${a} : ${b})`,
  toFloat: round,
  toBool: (a) => `(${a} === 0 ? 0 : 1)`,
  toInt: (a) => `intOf(${a})`,
  bitsToFloat: (a) => `floatOfBits(${a})`,
  floatToBits: (a) => `bitsOfFloat(${a})`,
} satisfies Partial<Record<Operation, Print>>;

/** Operations by what their last operand is: a float32 or a bool. */
export const onFloats = {
  ...shared,
  add: (a, b) => round(`${a} + ${b}`),
  sub: (a, b) => round(`${a} - ${b}`),
  mul: (a, b) => round(`${a} * ${b}`),
  div: (a, b) => round(`${a} / ${b}`),
  fma: (a, b, c) => round(`${a} * ${b} + ${c}`),
  neg: (a) => `(-${a})`,
  abs: (a) => `Math.abs(${a})`,
  min: (a, b) => `smaller(${a}, ${b})`,
  max: (a, b) => `larger(${a}, ${b})`,
  sqrt: (a) => round(`Math.sqrt(${a})`),
  floor: (a) => `Math.floor(${a})`,
  ceil: (a) => `Math.ceil(${a})`,
  round: (a) => `roundHalfEven(${a})`,
  exp: (a) => round(`exponential(${a})`),
  log: (a) => round(`logarithm(${a})`),
  sin: (a) => round(`sine(${a})`),
  cos: (a) => round(`cosine(${a})`),
  tanh: (a) => round(`hyperbolicTangent(${a})`),
  erf: (a) => round(`erf(${a})`),
  pow: (a, b) => round(`power(${a}, ${b})`),
} satisfies Record<Exclude<Operation, Bitwise>, Print>;

/** An int32: arithmetic wraps. */
export function onInts(ints: IntText): Record<Operation, Print> {
  return {
    ...onFloats,
    add: (a, b) => ints.wrap(`${a} + ${b}`),
    sub: (a, b) => ints.wrap(`${a} - ${b}`),
    mul: (a, b) => `intMultiply(${a}, ${b})`,
    div: (a, b) => `intDivide(${a}, ${b})`,
    neg: (a) => ints.wrap(`0 - ${a}`),
    abs: (a) => `intAbs(${a})`,
    min: (a, b) => `intMin(${a}, ${b})`,
    max: (a, b) => `intMax(${a}, ${b})`,
    bitAnd: (a, b) => ints.and(a, b),
    bitOr: (a, b) => ints.or(a, b),
    bitXor: (a, b) => ints.xor(a, b),
    shiftLeft: (a, b) => ints.left(a, b),
    shiftRight: (a, b) => ints.right(a, b),
  };
}
