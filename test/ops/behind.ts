import type { Node } from '../../src/graph/node';

/** The names in the elementwise table and of the primitives that a value which is still to be computed is made of, with the dtypes of their inputs. */
export function behind(node: Node): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const seen = new Set<Node>();
  const visit = (from: Node): void => {
    if (seen.has(from)) return;
    seen.add(from);
    for (const name of [from.op.name, (from.attrs.value as { name?: string } | null)?.name ?? ''])
      found.set(name, new Set([...(found.get(name) ?? []), ...from.inputs.map(({ dtype }) => dtype)]));
    from.inputs.forEach(visit);
  };
  visit(node);
  return found;
}
