import { topological, type Expr, type ScalarOp } from '../../expr/expr';
import { floatLiteral, intLiteral } from './literal';
import type { Writer } from './writer';

/** The leaves of an expression as text. */
export interface Leaves {
  readonly inputs: readonly string[];
  /** Asked for only where the expression reads it. */
  index(): string;
}

type Operation = Exclude<ScalarOp, 'const' | 'input' | 'index'>;
type Print = (a: string, b: string, c: string) => string;

/** A float32 operation rounds its result: gpu.js computes in double precision in cpu mode, and skips this elsewhere. */
const round = (text: string) => `Math.fround(${text})`;
const int = (text: string) => `((${text}) | 0)`;
const flag = (condition: string) => `(${condition} ? 1 : 0)`;

const shared = {
  eq: (a, b) => flag(`${a} === ${b}`),
  lt: (a, b) => flag(`${a} < ${b}`),
  le: (a, b) => flag(`${a} <= ${b}`),
  and: (a, b) => `(${a} * ${b})`,
  or: (a, b) => `Math.max(${a}, ${b})`,
  not: (a) => `(1 - ${a})`,
  select: (c, a, b) => `(${c} > 0 ? ${a} : ${b})`,
  bitAnd: (a, b) => `(${a} & ${b})`,
  bitOr: (a, b) => `(${a} | ${b})`,
  bitXor: (a, b) => `(${a} ^ ${b})`,
  shiftLeft: (a, b) => `(${a} << ${b})`,
  shiftRight: (a, b) => int(`${a} >>> ${b}`),
  toFloat: round,
  toBool: (a) => `(${a} === 0 ? 0 : 1)`,
  toInt: (a) => `intOf(${a})`,
  bitsToFloat: (a) => `floatOfBits(${a})`,
  floatToBits: (a) => `bitsOfFloat(${a})`,
} satisfies { [op in Operation]?: Print };

const onFloats = {
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
} satisfies { [op in Operation]: Print };

/** On int32: arithmetic wraps. */
const onInts = {
  ...onFloats,
  add: (a, b) => int(`${a} + ${b}`),
  sub: (a, b) => int(`${a} - ${b}`),
  mul: (a, b) => `intMultiply(${a}, ${b})`,
  div: (a, b) => `intDivide(${a}, ${b})`,
  neg: (a) => int(`0 - ${a}`),
  abs: (a) => `intAbs(${a})`,
  min: (a, b) => `intMin(${a}, ${b})`,
  max: (a, b) => `intMax(${a}, ${b})`,
} satisfies Record<keyof typeof onFloats, Print>;

function operation(e: Expr, args: readonly string[]): string {
  const table: Record<Operation, Print> = e.args.at(-1)!.type === 'int32' ? onInts : onFloats;
  return table[e.op as Operation](args[0], args[1] ?? '', args[2] ?? '');
}

/**
 * The expression as text. Every part stands in it once, or in a local if it is read more than once. What crosses between
 * int32 and the other types goes through a local too: gpu.js casts the literals of an operand along with the operand.
 */
export function printExpression(root: Expr, leaves: Leaves, writer: Writer): string {
  const parts = topological([root]);
  const held = partsToHold(parts);
  const texts = new Map<Expr, string>();
  for (const e of parts) {
    const args = e.args.map((a) => texts.get(a)!);
    const text = printPart(e, args, leaves);
    texts.set(e, held.has(e) ? writer.hold(e.type, text) : text);
  }
  return texts.get(root)!;
}

function printPart(e: Expr, args: readonly string[], leaves: Leaves): string {
  switch (e.op) {
    case 'const':
      return e.type === 'int32' ? intLiteral(e.value) : floatLiteral(e.value);
    case 'input':
      return leaves.inputs[e.value];
    case 'index':
      return int(leaves.index());
    default:
      return operation(e, args);
  }
}

const isInt = (e: Expr) => e.type === 'int32';
const isLeaf = (e: Expr) => e.args.length === 0;

function partsToHold(parts: readonly Expr[]): Set<Expr> {
  const read = new Set<Expr>();
  const held = new Set<Expr>();
  for (const e of parts)
    for (const arg of e.args) {
      const again = read.has(arg) && arg.op !== 'const' && arg.op !== 'index';
      const crosses = isInt(arg) !== isInt(e) && (!isLeaf(arg) || (arg.op === 'const' && !isInt(arg)));
      if (again || crosses) held.add(arg);
      read.add(arg);
    }
  return held;
}
