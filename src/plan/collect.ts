import { StaleError } from '../core/errors';
import { showShape } from '../core/shape';
import { scalarOp, type Node } from '../graph/node';

/** One evaluation: its nodes in an order in which inputs come first, and the leaves they stand on. */
export interface Collected {
  readonly order: Node[];
  /** What the recording is, as integers: equal signatures mean equal programs. */
  readonly signature: Int32Array;
  /** Nodes of `order` whose values leave the run. */
  readonly kept: Node[];
  readonly cells: Node[];
  readonly scalars: number[];
}

const types = { float32: 0, int32: 1, bool: 2 } as const;
let evaluation = 0;
let buffer = new Int32Array(1024);
let length = 0;

function push(value: number): void {
  if (length === buffer.length) {
    const larger = new Int32Array(2 * buffer.length);
    larger.set(buffer);
    buffer = larger;
  }
  buffer[length++] = value;
}

/** The nodes to compute: `pending`, `roots`, and the recipes they are made of. */
export function collect(pending: readonly Node[], roots: readonly Node[]): Collected {
  const mark = ++evaluation;
  const order: Node[] = [];
  for (const node of pending) if (node.cell === null) visit(node, mark, order);
  for (const node of roots) if (node.cell === null) visit(node, mark, order);
  for (const node of order) node.keep ||= node.uses === 0 || node.resident;
  for (const node of roots) node.keep = true;
  for (const node of order) keepForBackward(node);
  for (const node of order) keepMetAgain(node);
  return sign(order);
}

/** Places the node after its inputs; a stack of its own, since chains can be long. */
function visit(root: Node, mark: number, order: Node[]): void {
  const stack: Node[] = [root];
  while (stack.length > 0) {
    const node = stack[stack.length - 1]!;
    if (node.mark === mark) {
      stack.pop();
      continue;
    }
    checkFresh(node);
    let ready = true;
    if (node.cell === null)
      for (const input of node.inputs)
        if (input.mark !== mark) {
          stack.push(input);
          ready = false;
        }
    if (!ready) continue;
    stack.pop();
    node.mark = mark;
    node.place = order.push(node) - 1;
  }
}

function checkFresh(node: Node): void {
  if (node.stale === null) return;
  throw new StaleError(
    `this value was not kept, and to compute it again ${node.stale} ${showShape(node.shape)} would be needed as it was before it changed; ` +
      'call keep() on the tensor before the change (before optimizer.step(), say), or read it earlier',
  );
}

/** A graph that backward has yet to walk keeps what its derivatives read. */
function keepForBackward(node: Node): void {
  if (!node.requiresGrad || node.released || node.owner !== null || node.cell !== null) return;
  for (const i of node.op.needs?.(node) ?? []) {
    const needed = i < 0 ? node : node.inputs[i]!;
    if (needed.op !== scalarOp) needed.keep = true;
  }
}

/** A deferred node is computed where it is used; used by a second evaluation, it is worth keeping. */
function keepMetAgain(node: Node): void {
  if (node.deferred && node.op !== scalarOp && node.cell === null && node.met++ > 0) node.keep = true;
}

function sign(order: Node[]): Collected {
  const [kept, cells, scalars]: [Node[], Node[], number[]] = [[], [], []];
  length = 0;
  for (const node of order) {
    if (node.op === scalarOp) {
      scalars.push(node.scalar);
      push(-2);
      push(types[node.dtype]);
    } else if (node.cell !== null) {
      cells.push(node);
      push(-1);
      push(node.shape.id * 4 + types[node.dtype]);
    } else {
      if (node.keep) kept.push(node);
      signNode(node);
    }
  }
  return { order, signature: buffer.slice(0, length), kept, cells, scalars };
}

function signNode(node: Node): void {
  push(node.op.id);
  push(node.attrs.id);
  push(node.shape.id * 4 + types[node.dtype]);
  push((node.keep ? 1 : 0) + (node.resident ? 2 : 0));
  push(node.inputs.length);
  for (const input of node.inputs) push(input.place);
}
