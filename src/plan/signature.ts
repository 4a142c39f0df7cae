import { typeNumber } from '../core/dtype';
import { scalarOp, staysInEngine, type Node } from '../graph/node';
import { isOutput } from './keeping';

/** What is written down of something recorded: the first `length` words. */
export interface Signature {
  readonly words: Int32Array;
  readonly length: number;
}

const written = { words: new Int32Array(1024), length: 0 };

function push(value: number): void {
  if (written.length === written.words.length) {
    const larger = new Int32Array(2 * written.length);
    larger.set(written.words);
    written.words = larger;
  }
  written.words[written.length++] = value;
}

/**
 * What the recording is, as integers: equal signatures mean equal programs. `more` adds what else is to be equal. Overwritten
 * by the next call.
 */
export function signatureOf(order: readonly Node[], more?: (push: (word: number) => void) => void): Signature {
  written.length = 0;
  for (const node of order)
    if (node.op === scalarOp) signScalar(node);
    else if (node.given) signValue(node);
    else signOperation(node, order);
  more?.(push);
  return written;
}

/** Where the version that the node replaces goes into the evaluation; -1 where it does not. */
export function placeOfReplaced({ replaces, undone }: Node, order: readonly Node[]): number {
  return replaces !== null && !undone && replaces.given && order[replaces.place] === replaces ? replaces.place : -1;
}

/** The number itself is an input of the program. */
function signScalar(node: Node): void {
  push(-2);
  push(typeNumber(node.dtype));
}

function signValue(node: Node): void {
  push(-1);
  push(node.shape.id * 4 + typeNumber(node.dtype));
}

function signOperation(node: Node, order: readonly Node[]): void {
  push(node.op.id);
  push(node.attrs.id);
  push(node.shape.id * 4 + typeNumber(node.dtype));
  const replaced = placeOfReplaced(node, order);
  push((isOutput(node) ? 1 : 0) + (staysInEngine(node) ? 2 : 0) + (replaced < 0 ? 0 : 4));
  if (replaced >= 0) push(replaced);
  push(node.inputs.length);
  for (const input of node.inputs) push(input.place);
}
