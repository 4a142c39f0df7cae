import { nextMark, type Node } from '../graph/node';
import { markKept } from './keeping';
import { isGiven } from './look-through';

/** The nodes to compute, inputs first, with the leaves they stand on: `waiting`, `roots`, and what they are made of. */
export function reach(waiting: readonly Node[], roots: readonly Node[]): Node[] {
  const mark = nextMark();
  const order: Node[] = [];
  for (const node of waiting) if (node.cell === null) visit(node, mark, order);
  for (const node of roots) if (node.cell === null) visit(node, mark, order);
  return order;
}

/** The same, and those are marked whose values will be kept. */
export function collect(waiting: readonly Node[], roots: readonly Node[]): Node[] {
  const order = reach(waiting, roots);
  markKept(order, roots);
  return order;
}

/** What is being placed: a stack of its own, since chains can be long. */
const stack: Node[] = [];

/** Places the node after its inputs. */
function visit(root: Node, mark: number, order: Node[]): void {
  stack.push(root);
  while (stack.length > 0) {
    const node = stack[stack.length - 1];
    const waits = node.mark !== mark && !(node.given = isGiven(node)) && pushInputs(node, mark);
    if (waits) continue;
    stack.pop();
    if (node.mark === mark) continue;
    node.mark = mark;
    node.place = order.push(node) - 1;
  }
}

/** Whether there are inputs to be placed first. */
function pushInputs(node: Node, mark: number): boolean {
  const before = stack.length;
  for (const input of node.inputs) if (input.mark !== mark) stack.push(input);
  return stack.length > before;
}
