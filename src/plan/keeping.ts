import { mayBeWalked, scalarOp, type Node } from '../graph/node';
import { viewedBy } from './look-through';

/** Marks the nodes of an evaluation whose values will outlive it. All others are recipes afterwards. */
export function markKept(order: readonly Node[], roots: readonly Node[]): void {
  for (const node of roots) keep(node);
  for (const node of order) {
    if (node.keep || isSink(node) || node.resident) keep(node);
    if (node.given) continue;
    if (!node.recipe) keepUsedAgain(node);
    if (mayBeWalked(node)) keepForBackward(node);
  }
}

/** A view's value is for those who read it; its consumers go on looking through it. */
function keep(node: Node): void {
  node.keep = true;
  if (node.cell !== null || node.resident) return;
  const base = viewedBy(node);
  if (base !== null) base.keep = true;
}

/** Whether the node's value comes out of the program. */
export function isOutput(node: Node): boolean {
  return node.keep && node.cell === null && node.op !== scalarOp;
}

/** Nothing consumed it, so somebody may still hold it. */
function isSink(node: Node): boolean {
  return node.uses === 0;
}

/** A recipe that something new is made of is worth keeping: in a loop, recipes would be made of recipes without end. */
function keepUsedAgain(node: Node): void {
  for (const input of node.inputs) if (input.recipe && viewedBy(input)?.op !== scalarOp) keep(input);
}

/** Keeps what the node's derivative reads. */
function keepForBackward(node: Node): void {
  for (const i of node.op.needs?.(node) ?? []) {
    const needed = i < 0 ? node : node.inputs[i];
    (viewedBy(needed) ?? needed).keep = true;
  }
}
