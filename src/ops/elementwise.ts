import { promote, typeNumber, type ComputeType } from '../core/dtype';
import { DTypeError } from '../core/errors';
import { show } from '../core/show';
import { cast as castExpr, input } from '../expr/build';
import type { Expr } from '../expr/expr';
import type { Node } from '../graph/node';
import { numberOf, scalarOp } from '../graph/node';
import { scalarNode } from '../graph/recorder';
import { elementwiseTable, type Elementwise, type ElementwiseName, type Typing } from './elementwise-table';
import { map, mapSpec, type DerivativeRule, type MapSpec } from './map';

const compute: Record<Typing, (types: readonly ComputeType[]) => readonly ComputeType[]> = {
  float: (types) => types.map(() => 'float32'),
  numeric: (types) => types.map(() => numeric(types)),
  compare: (types) => types.map(() => numeric(types)),
  logical: (types) => types.map(() => 'bool'),
  choose: ([, a, b]) => ['bool', promote(a, b), promote(a, b)],
};

function numeric(types: readonly ComputeType[]): ComputeType {
  const common = types.reduce(promote);
  return common === 'bool' ? 'int32' : common;
}

/** The forms of an operation, by the operands' types as digits of a number. */
type Forms = (MapSpec | undefined)[];
const forms: { [name in ElementwiseName]?: Forms } = {};
const formsOf = (name: ElementwiseName): Forms => (forms[name] ??= []);

/** Records an operation of the table on its operands. */
export function elementwise(name: ElementwiseName, ...operands: Node[]): Node {
  return mapped(name, formsOf(name), operands);
}

function mapped(name: ElementwiseName, known: Forms, operands: Node[]): Node {
  let types = 0;
  for (const { dtype } of operands) types = 4 * types + typeNumber(dtype);
  const spec = (known[types] ??= specFor(name, operands.map((n) => n.dtype))); // prettier-ignore
  return map(spec, operands);
}

/** The form of an operation for operands of these types: converted inside the expression, so at no extra pass. */
function specFor(name: ElementwiseName, types: readonly ComputeType[]): MapSpec {
  const op: Elementwise = elementwiseTable[name];
  const wanted = compute[op.typing](types);
  const typed = (x: readonly Expr[]) => x.map((leaf, i) => castExpr(leaf, wanted[i]));
  const rule: DerivativeRule | undefined = op.derivative && ((g, y, ...x) => op.derivative!(g, y, ...typed(x)));
  return mapSpec(name, types, op.forward(...typed(types.map((type, i) => input(i, type)))), rule);
}

type Unary = (x: Node) => Node;
type Binary = (a: Node, b: Node) => Node;
function unary(name: ElementwiseName): Unary {
  const known = formsOf(name);
  return (x) => mapped(name, known, [x]);
}
function binary(name: ElementwiseName): Binary {
  const known = formsOf(name);
  return (a, b) => mapped(name, known, [a, b]);
}
/** Whole numbers are their own floor, ceiling and rounding, and stay whole. */
const rounding =
  (name: ElementwiseName): Unary =>
  (x) =>
    x.dtype === 'float32' ? elementwise(name, x) : x;

export const add = binary('add');
export const sub = binary('sub');
export const mul = binary('mul');
export const div = binary('div');
export const maximum = binary('maximum');
export const minimum = binary('minimum');
export const eq = binary('eq');
export const ne = binary('ne');
export const lt = binary('lt');
export const le = binary('le');
export const gt = binary('gt');
export const ge = binary('ge');
export const logicalAnd = binary('logicalAnd');
export const logicalOr = binary('logicalOr');
export const logicalNot = unary('logicalNot');
export const neg = unary('neg');
export const abs = unary('abs');
export const square = unary('square');
export const sign = unary('sign');
export const exp = unary('exp');
export const log = unary('log');
export const expm1 = unary('expm1');
export const log1p = unary('log1p');
export const sqrt = unary('sqrt');
export const rsqrt = unary('rsqrt');
export const reciprocal = unary('reciprocal');
export const sin = unary('sin');
export const cos = unary('cos');
export const tanh = unary('tanh');
export const erf = unary('erf');
export const sigmoid = unary('sigmoid');
export const relu = unary('relu');
export const silu = unary('silu');
export const floor = rounding('floor');
export const ceil = rounding('ceil');
export const round = rounding('round');

export function gelu(x: Node, approximate: 'none' | 'tanh' = 'none'): Node {
  return elementwise(approximate === 'tanh' ? 'geluTanh' : 'gelu', x);
}

/**
 * a ** b; the common exponents are products and roots. Integers to integers are exact modulo 2^32, and to a negative
 * power 0 unless the base is 1 or -1: what PyTorch does with tensors of powers (with a number it throws).
 */
export function pow(a: Node, b: Node): Node {
  if (b.op === scalarOp && numberOf(b) === 2) return square(a);
  if (b.op === scalarOp && numberOf(b) === 0.5) return sqrt(a);
  return elementwise(a.dtype === 'float32' || b.dtype === 'float32' ? 'pow' : 'integerPow', a, b);
}

export function where(condition: Node, a: Node, b: Node): Node {
  if (condition.dtype !== 'bool')
    throw new DTypeError(
      `where: the condition must be bool, not ${condition.dtype}; compare it (x.gt(0)) or call .bool()`,
    );
  return elementwise('where', condition, a, b);
}

/** x limited to [low, high]; a missing bound is infinite. Fractional bounds make integers float32. */
export function clamp(x: Node, low?: number, high?: number): Node {
  for (const bound of [low, high] as unknown[])
    if (bound != null && typeof bound !== 'number')
      throw new DTypeError(`clamp: bounds are numbers, clamp(low, high), not ${show(bound)}`);
  const whole = x.dtype !== 'float32' && [low, high].every((bound) => bound === undefined || Number.isInteger(bound));
  const [least, most] = whole ? [-(2 ** 31), 2 ** 31 - 1] : [-Infinity, Infinity];
  const bound = (value: number) => scalarNode(value, whole ? 'int32' : 'float32');
  return elementwise('clamp', x, bound(low ?? least), bound(high ?? most));
}

const casts = new Map<string, MapSpec>();

/** The same values in another compute type. */
export function cast(x: Node, dtype: ComputeType): Node {
  if (x.dtype === dtype) return x;
  const key = `${x.dtype} ${dtype}`;
  let spec = casts.get(key);
  if (spec === undefined) casts.set(key, (spec = mapSpec('cast', [x.dtype], castExpr(input(0, x.dtype), dtype))));
  return map(spec, [x]);
}
