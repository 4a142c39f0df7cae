import fc from 'fast-check';
import type { ComputeType } from '../../src/core/dtype';
import { constant, eq, index, input, select } from '../../src/expr/build';
import { makeExpr, type Expr, type ScalarOp } from '../../src/expr/expr';
import { contiguous } from '../../src/kernels/views';
import type { Sample } from './random-kernels';

/** Any float32, half of them everyday ones. */
export const anyFloat = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, NaN, Infinity, -Infinity, 2 ** -149, 2 ** -126, -3.4028234663852886e38),
  fc.integer({ min: -400, max: 400 }).map((n) => n / 64),
  fc.float(),
);
export const anyInt = fc.oneof(
  fc.constantFrom(0, 1, -1, 2, -3, 2 ** 24 + 1, 2 ** 31 - 1, -(2 ** 31)),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
);
const values: Record<ComputeType, fc.Arbitrary<number>> = {
  float32: anyFloat,
  int32: anyInt,
  bool: fc.integer({ min: 0, max: 1 }),
};

type Signature = readonly [result: ComputeType, ...args: ComputeType[]];
const [f, i, b] = ['float32', 'int32', 'bool'] as const;
const floatOrInt = (result?: ComputeType): Signature[] => [[result ?? f, f, f], [result ?? i, i, i]]; // prettier-ignore

/** Every primitive that is no leaf, with the types it takes. */
export const signatures: Record<Exclude<ScalarOp, 'const' | 'input' | 'index'>, readonly Signature[]> = {
  ...{ add: floatOrInt(), sub: floatOrInt(), mul: floatOrInt(), div: floatOrInt() },
  ...{ min: floatOrInt(), max: floatOrInt(), eq: floatOrInt(b), lt: floatOrInt(b), le: floatOrInt(b) },
  ...{ sqrt: [[f, f]], floor: [[f, f]], ceil: [[f, f]], round: [[f, f]], exp: [[f, f]], log: [[f, f]] },
  ...{ sin: [[f, f]], cos: [[f, f]], tanh: [[f, f]], erf: [[f, f]], pow: [[f, f, f]], fma: [[f, f, f, f]] },
  ...{ neg: [[f, f], [i, i]], abs: [[f, f], [i, i]] }, // prettier-ignore
  ...{ and: [[b, b, b]], or: [[b, b, b]], not: [[b, b]] },
  select: [[f, b, f, f], [i, b, i, i], [b, b, b, b]], // prettier-ignore
  ...{ bitAnd: [[i, i, i]], bitOr: [[i, i, i]], bitXor: [[i, i, i]] },
  ...{ shiftLeft: [[i, i, i]], shiftRight: [[i, i, i]] },
  ...{ toFloat: [[f, i], [f, b]], toInt: [[i, f], [i, b]], toBool: [[b, f], [b, i]] }, // prettier-ignore
  ...{ bitsToFloat: [[f, i]], floatToBits: [[i, f]] },
};
export type Operation = keyof typeof signatures;

/** The operation on what `arg` gives; shifts go by constants. */
export function anyOperation(
  op: Operation,
  [type, ...types]: Signature,
  arg: (type: ComputeType, k: number) => fc.Arbitrary<Expr>,
): fc.Arbitrary<Expr> {
  const bits = fc.integer({ min: 0, max: 31 }).map((n) => constant(n, i));
  const args = types.map((t, k) => (k === 1 && op.startsWith('shift') ? bits : arg(t, k)));
  // which bits a NaN has is nobody's promise
  const defined = (e: Expr) => (op === 'floatToBits' ? select(eq(e, e), e, 0) : e);
  return fc.tuple(...args).map((list) => makeExpr(op, type, list.map(defined)));
}

/** What random expressions read. */
export const inputTypes: readonly ComputeType[] = [f, f, i, i, b];

function leaf(type: ComputeType): fc.Arbitrary<Expr> {
  const inputs = inputTypes.flatMap((t, k) => (t === type ? [input(k, t)] : []));
  const constants = values[type].map((x) => constant(x, type));
  return fc.oneof(fc.constantFrom(...inputs, ...(type === i ? [index] : [])), constants);
}

/** Random expressions of a type; they come to share parts, since equal ones are one object. */
export function anyExpr(type: ComputeType, ops: readonly Operation[], depth: number): fc.Arbitrary<Expr> {
  if (depth === 0) return leaf(type);
  const fitting = ops.flatMap((op) => signatures[op].filter(([t]) => t === type).map((types) => ({ op, types })));
  const below = (t: ComputeType) =>
    fc.oneof({ weight: 1, arbitrary: leaf(t) }, { weight: 3, arbitrary: anyExpr(t, ops, depth - 1) });
  return fc.constantFrom(...fitting).chain(({ op, types }) => anyOperation(op, types, below));
}

/** The expression of inputs of these types, on `count` elements of any value. */
export function elementwise(expr: Expr, types: readonly ComputeType[], count: number): fc.Arbitrary<Sample> {
  const lists = types.map((type) => fc.array(values[type], { minLength: count, maxLength: count }));
  return fc.tuple(...lists).map((columns) => ({
    kernel: { kind: 'map', dims: [count], inputs: types.map((type, k) => contiguous(k, type, [count])), expr },
    buffers: types.map((dtype, k) => ({ dtype, values: columns[k] })),
  }));
}
