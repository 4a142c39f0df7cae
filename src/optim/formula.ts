import { input } from '../expr/build';
import type { Expr } from '../expr/expr';
import { numberOf, type Node } from '../graph/node';
import { scalarNode } from '../graph/recorder';
import { map, mapSpec, type MapSpec } from '../ops/map';
import type { Tensor } from '../tensor';
import { nodeOf, wrap } from '../tensor/wrap';

/** A number of the update under way: the operand of a formula. */
interface Leaf {
  readonly spec: MapSpec;
  readonly operand: number;
  readonly node: Node;
}

/**
 * The numbers that the parameters of a group share, each in its place: two that are equal by chance, as 1 - 0.9^step is 1
 * one day, stay two, or the update would become another plan. A Map that is cleared with every step would leave a chain of
 * tables behind, and in it the nodes, until the next full collection.
 */
let leaves: Leaf[] = [];

/** Runs `fn`, the formulas of which share their numbers. */
export function sharingNumbers(fn: () => void): void {
  try {
    fn();
  } finally {
    leaves = []; // to set its length would take V8 longer
  }
}

function numberNode(spec: MapSpec, operand: number, value: number): Node {
  for (const leaf of leaves)
    if (leaf.spec === spec && leaf.operand === operand && Object.is(numberOf(leaf.node), value)) return leaf.node;
  const node = scalarNode(value, 'float32');
  leaves.push({ spec, operand, node });
  return node;
}

/** A formula that was recorded. */
export interface Call {
  readonly spec: MapSpec;
  readonly operands: readonly Node[];
  readonly result: Node;
}
/** Says what a formula gives. */
export type Answer = (spec: MapSpec, operands: readonly (Tensor | number)[]) => Tensor;

const recording: Answer = (spec, operands) =>
  wrap(map(spec, operands.map((x, i) => (typeof x === 'number' ? numberNode(spec, i, x) : nodeOf(x))))); // prettier-ignore
let answer = recording;

/** Runs `fn`, for the formulas of which `other` answers. */
export function answering<T>(other: Answer, fn: () => T): T {
  answer = other;
  try {
    return fn();
  } finally {
    answer = recording;
  }
}

/** Runs `fn`, and notes down into `calls` what its formulas record. */
export function noting<T>(calls: Call[], fn: () => T): T {
  return answering((spec, operands) => {
    const result = recording(spec, operands);
    calls.push({ spec, operands: result.node.inputs, result: result.node });
    return result;
  }, fn);
}

/**
 * An elementwise formula of float32 tensors and numbers, recorded as one operation: an update records few nodes, whatever
 * it computes.
 * @example const shrink = formula('shrink', (p, rate) => sub(p, mul(p, rate)));
 */
export function formula<Operands extends Expr[]>(
  name: string,
  write: (...operands: Operands) => Expr,
): (...operands: { [K in keyof Operands]: Tensor | number }) => Tensor {
  let spec: MapSpec | undefined;
  const specFor = ({ length }: { readonly length: number }): MapSpec => {
    const types = Array.from({ length }, () => 'float32' as const);
    return mapSpec(name, types, write(...(types.map((type, i) => input(i, type)) as Operands)));
  };
  return (...operands) => answer((spec ??= specFor(operands)), operands);
}
