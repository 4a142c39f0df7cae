import { cut, cutGradients, type Cell, type Node } from '../graph/node';
import { commit } from '../graph/versions';
import { viewedBy } from './look-through';

/** Hands the computed values to their nodes, all together, and after them lets new versions replace the old. */
export function settle(order: readonly Node[], kept: readonly Node[], values: readonly Cell[]): void {
  kept.forEach((node, i) => (node.cell = values[i]));
  for (const node of order) node.recipe = node.cell === null && !node.deferred;
  for (const node of kept) if (!mayBeWalked(node) || isSpent(node, 0)) forgetOrigin(node);
  for (const node of kept) commit(node);
}

/** Whether backward may still come through the node on its way to the leaves. */
function mayBeWalked(node: Node): boolean {
  return node.owner === null && node.tracked.length > 0 && !node.released;
}

/** A computed node needs its recipe no longer; a view goes on looking at what it looks at, but holds no graph alive. */
export function forgetOrigin(node: Node): void {
  const base = node.resident ? null : viewedBy(node);
  if (base === null || node.owner !== null || mayBeWalked(base)) cut(node);
  else cutGradients(node);
}

/** Through how many nodes of earlier evaluations the next function looks. */
const deepest = 8;

/** Whether all ways to the leaves were walked before: a running total of losses, say. */
function isSpent(node: Node, depth: number): boolean {
  if (mayBeWalked(node) && depth < deepest) node.released = node.tracked.every((input) => isSpent(input, depth + 1));
  return node.released;
}
