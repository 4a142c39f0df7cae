import { promote, type ComputeType } from '../core/dtype';
import { DTypeError } from '../core/errors';
import { cast as castExpr, input } from '../expr/build';
import type { Node } from '../graph/node';
import { scalarOp } from '../graph/node';
import { scalarNode } from '../graph/recorder';
import { elementwiseTable, type Elementwise, type ElementwiseName, type Typing } from './elementwise-table';
import { map, mapSpec, type MapSpec } from './map';

const compute: Record<Typing, (types: readonly ComputeType[]) => readonly ComputeType[]> = {
  float: (types) => types.map(() => 'float32'),
  numeric: (types) => types.map(() => numeric(types)),
  compare: (types) => types.map(() => numeric(types)),
  logical: (types) => types.map(() => 'bool'),
  choose: ([, a, b]) => ['bool', promote(a!, b!), promote(a!, b!)],
};

function numeric(types: readonly ComputeType[]): ComputeType {
  const common = types.reduce(promote);
  return common === 'bool' ? 'int32' : common;
}

const specs = new Map<string, MapSpec>();

/** The form of an operation for operands of these types: converted inside the expression, so at no extra pass. */
function specFor(name: ElementwiseName, types: readonly ComputeType[]): MapSpec {
  const key = `${name} ${types.join()}`;
  let spec = specs.get(key);
  if (spec === undefined) {
    const op: Elementwise = elementwiseTable[name];
    const wanted = compute[op.typing](types);
    const leaves = types.map((type, i) => castExpr(input(i, type), wanted[i]!));
    specs.set(key, (spec = mapSpec(name, types, op.forward(...leaves), op.derivative)));
  }
  return spec;
}

/** Records an operation of the table on its operands. */
export function elementwise(name: ElementwiseName, ...operands: Node[]): Node {
  return map(
    specFor(
      name,
      operands.map((n) => n.dtype),
    ),
    operands,
  );
}

type Unary = (x: Node) => Node;
type Binary = (a: Node, b: Node) => Node;
const unary =
  (name: ElementwiseName): Unary =>
  (x) =>
    elementwise(name, x);
const binary =
  (name: ElementwiseName): Binary =>
  (a, b) =>
    elementwise(name, a, b);

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
export const floor = unary('floor');
export const ceil = unary('ceil');
export const round = unary('round');

export function gelu(x: Node, approximate: 'none' | 'tanh' = 'none'): Node {
  return elementwise(approximate === 'tanh' ? 'geluTanh' : 'gelu', x);
}

/** a ** b; the common exponents are products and roots. */
export function pow(a: Node, b: Node): Node {
  if (b.op === scalarOp && b.scalar === 2) return square(a);
  if (b.op === scalarOp && b.scalar === 0.5) return sqrt(a);
  const result = elementwise('pow', a, b);
  return a.dtype !== 'float32' && b.dtype !== 'float32' ? cast(result, 'int32') : result;
}

export function where(condition: Node, a: Node, b: Node): Node {
  if (condition.dtype !== 'bool')
    throw new DTypeError(
      `where: the condition must be bool, not ${condition.dtype}; compare it (x.gt(0)) or call .bool()`,
    );
  return elementwise('where', condition, a, b);
}

/** x limited to [low, high]; a missing bound is infinite. */
export function clamp(x: Node, low?: number, high?: number): Node {
  const limit = (value: number | undefined, otherwise: number) => {
    const whole = x.dtype !== 'float32' && (value === undefined || Number.isInteger(value));
    if (value === undefined)
      return scalarNode(whole ? Math.sign(otherwise) * (2 ** 31 - 1) : otherwise, whole ? 'int32' : 'float32');
    return scalarNode(value, whole ? 'int32' : 'float32');
  };
  return elementwise('clamp', x, limit(low, -Infinity), limit(high, Infinity));
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
