import type { ComputeType } from '../core/dtype';
import { makeExpr, type Expr, type ScalarOp } from './expr';

/** Constructors of expressions: `mul(x, add(y, 1))`. Numbers become constants of the other operand's type. */
export type Operand = Expr | number;

export function constant(value: number, type: ComputeType = 'float32'): Expr {
  return makeExpr('const', type, [], type === 'int32' ? value | 0 : value);
}
export function input(position: number, type: ComputeType): Expr {
  return makeExpr('input', type, [], position);
}
/** The flat position of the element in the kernel's output. */
export const index = makeExpr('index', 'int32', []);

function pair(a: Operand, b: Operand): [Expr, Expr] {
  if (typeof a !== 'number') return [a, typeof b === 'number' ? constant(b, a.type) : b];
  return typeof b === 'number' ? [constant(a), constant(b)] : [constant(a, b.type), b];
}

function binary(op: ScalarOp, a: Operand, b: Operand, type?: ComputeType): Expr {
  const [x, y] = pair(a, b);
  if (x.type !== y.type) throw new TypeError(`${op} of ${x.type} and ${y.type}`);
  return makeExpr(op, type ?? x.type, [x, y]);
}

function unary(op: ScalarOp, a: Expr, type: ComputeType = a.type): Expr {
  return makeExpr(op, type, [a]);
}

export const add = (a: Operand, b: Operand) => binary('add', a, b);
export const sub = (a: Operand, b: Operand) => binary('sub', a, b);
export const mul = (a: Operand, b: Operand) => binary('mul', a, b);
export const div = (a: Operand, b: Operand) => binary('div', a, b);
export const min = (a: Operand, b: Operand) => binary('min', a, b);
export const max = (a: Operand, b: Operand) => binary('max', a, b);
export const pow = (a: Operand, b: Operand) => binary('pow', a, b);
export const neg = (a: Expr) => unary('neg', a);
export const abs = (a: Expr) => unary('abs', a);
export const sqrt = (a: Expr) => unary('sqrt', a);
export const floor = (a: Expr) => unary('floor', a);
export const ceil = (a: Expr) => unary('ceil', a);
export const round = (a: Expr) => unary('round', a);
export const exp = (a: Expr) => unary('exp', a);
export const log = (a: Expr) => unary('log', a);
export const sin = (a: Expr) => unary('sin', a);
export const cos = (a: Expr) => unary('cos', a);
export const tanh = (a: Expr) => unary('tanh', a);
export const erf = (a: Expr) => unary('erf', a);

/** a * b + c, rounded once where the machine can. */
export function fma(a: Operand, b: Operand, c: Operand): Expr {
  const [x, y] = pair(a, b);
  return makeExpr('fma', 'float32', [x, y, typeof c === 'number' ? constant(c) : c]);
}

export const eq = (a: Operand, b: Operand) => binary('eq', a, b, 'bool');
export const lt = (a: Operand, b: Operand) => binary('lt', a, b, 'bool');
export const le = (a: Operand, b: Operand) => binary('le', a, b, 'bool');
export const gt = (a: Operand, b: Operand) => lt(b, a);
export const ge = (a: Operand, b: Operand) => le(b, a);
export const ne = (a: Operand, b: Operand) => not(eq(a, b));
export const and = (a: Expr, b: Expr) => binary('and', a, b);
export const or = (a: Expr, b: Expr) => binary('or', a, b);
export const not = (a: Expr) => unary('not', a);

export function select(condition: Expr, a: Operand, b: Operand): Expr {
  const [x, y] = pair(a, b);
  return makeExpr('select', x.type, [condition, x, y]);
}

export const bitAnd = (a: Operand, b: Operand) => binary('bitAnd', a, b);
export const bitOr = (a: Operand, b: Operand) => binary('bitOr', a, b);
export const bitXor = (a: Operand, b: Operand) => binary('bitXor', a, b);
/** Shifts by a constant number of bits. */
export const shiftLeft = (a: Expr, bits: number) => binary('shiftLeft', a, constant(bits, 'int32'));
export const shiftRight = (a: Expr, bits: number) => binary('shiftRight', a, constant(bits, 'int32'));
export const bitsToFloat = (a: Expr) => unary('bitsToFloat', a, 'float32');
export const floatToBits = (a: Expr) => unary('floatToBits', a, 'int32');
export const truncate = (a: Expr) => unary('toInt', a, 'int32');

/** The value in another type: truncation to int32, "not zero" to bool. */
export function cast(a: Expr, type: ComputeType): Expr {
  if (a.type === type) return a;
  return unary(type === 'float32' ? 'toFloat' : type === 'int32' ? 'toInt' : 'toBool', a, type);
}
