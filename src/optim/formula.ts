import { input } from '../expr/build';
import type { Expr } from '../expr/expr';
import type { Node } from '../graph/node';
import { scalarNode } from '../graph/recorder';
import { map, mapSpec, type MapSpec } from '../ops/map';
import type { Tensor } from '../tensor';
import { nodeOf, wrap } from '../tensor/wrap';

/** Numbers of the update under way: all its parameters share one leaf for each. */
const numbers = new Map<number, Node>();

/** Forgets the numbers: the next update is another evaluation. */
export function endUpdate(): void {
  numbers.clear();
}

function numberNode(value: number): Node {
  let node = numbers.get(value);
  if (node === undefined) numbers.set(value, (node = scalarNode(value, 'float32')));
  return node;
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
  return (...operands) => {
    const types = operands.map(() => 'float32' as const);
    spec ??= mapSpec(name, types, write(...(types.map((type, i) => input(i, type)) as Operands)));
    return wrap(map(spec, operands.map((x) => (typeof x === 'number' ? numberNode(x) : nodeOf(x))))); // prettier-ignore
  };
}
