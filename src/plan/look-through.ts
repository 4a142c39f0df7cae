import { scalarOp, type Node } from '../graph/node';

/** Longer chains of views are not looked through, so that none grows through a long loop. */
const longest = 8;

/**
 * What the node looks at in another order, or null. A number repeated is such a view too. Consumers look through such views even where their values were kept:
 * in what order a kernel adds up depends on how elements lie in memory, and a print must not change a number.
 */
export function viewedBy(node: Node): Node | null {
  let base = node;
  let reordered = false;
  for (let depth = 0; depth < longest && isView(base); depth++) {
    reordered ||= base.op.view === 'other order';
    base = base.inputs[0];
  }
  return reordered && !isView(base) ? base : null;
}

/** A view that was computed and holds its origin no longer is none. */
function isView({ op, inputs }: Node): boolean {
  return op.view !== undefined && inputs.length > 0;
}

/** Whether consumers of the node take its own value. */
export function isGiven(node: Node): boolean {
  if (node.cell === null) return false;
  const base = viewedBy(node);
  return base === null || (base.cell === null && base.op !== scalarOp);
}
