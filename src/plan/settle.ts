import { cut, cutGradients, mayBeWalked, scalarOp, type Cell, type Node } from '../graph/node';
import { commit } from '../graph/versions';
import { viewedBy } from './look-through';

/** Hands the computed values to their nodes, all together, and after them lets new versions replace the old. */
export function settle(order: readonly Node[], kept: readonly Node[], values: readonly Cell[]): void {
  for (let i = 0; i < kept.length; i++) kept[i].cell = values[i];
  for (const node of order) node.recipe = node.cell === null && node.op !== scalarOp;
  for (const node of kept)
    if (!mayBeWalked(node)) forgetOrigin(node);
    else isSpent(node, 0);
  for (const node of kept) commit(node);
}

/** A computed node needs its recipe no longer; a view goes on looking at what it looks at, but holds no graph alive. */
export function forgetOrigin(node: Node): void {
  const base = node.resident ? null : viewedBy(node);
  if (base === null || node.owner !== null || mayBeWalked(base)) cut(node);
  else cutGradients(node);
}

/** Through how many nodes of earlier evaluations the next function looks. */
const deepest = 8;

/** Whether all ways to the leaves were walked before: a running total of losses, say. Such values need no origin. */
function isSpent(node: Node, depth: number): boolean {
  if (!mayBeWalked(node) || depth === deepest) return node.released;
  node.released = node.tracked.every((input) => isSpent(input, depth + 1));
  if (node.released && node.cell !== null) forgetOrigin(node);
  return node.released;
}
