import { input } from '../expr/build';
import type { Expr } from '../expr/expr';
import { numberOf, type Node } from '../graph/node';
import { scalarNode } from '../graph/recorder';
import { map, mapSpec, type MapSpec } from '../ops/map';
import type { Tensor } from '../tensor';
import { nodeOf, wrap } from '../tensor/wrap';

/**
 * The leaves of the numbers in the update under way, which all its parameters share. A Map that is cleared with every step
 * would leave a chain of tables behind, and in it the nodes, until the next full collection.
 */
const leaves: Node[] = [];

/** Forgets the numbers: the next update is another evaluation. */
export function endUpdate(): void {
  leaves.length = 0;
}

function numberNode(value: number): Node {
  for (const leaf of leaves) if (Object.is(numberOf(leaf), value)) return leaf;
  const leaf = scalarNode(value, 'float32');
  leaves.push(leaf);
  return leaf;
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
