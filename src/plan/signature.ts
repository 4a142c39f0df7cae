import { typeNumber } from '../core/dtype';
import { scalarOp, staysInEngine, type Node } from '../graph/node';
import { isOutput } from './keeping';

/** What is written down of something recorded: the first `length` words. */
export interface Signature {
  readonly words: Int32Array;
  readonly length: number;
}

const written = { words: new Int32Array(1024), length: 0 };

/** Writes one more word down. */
export function sign(word: number): void {
  if (written.length === written.words.length) {
    const larger = new Int32Array(2 * written.length);
    larger.set(written.words);
    written.words = larger;
  }
  written.words[written.length++] = word;
}

/**
 * What the recording is, as integers: equal signatures mean equal programs. `more` signs what else is to be equal, `of` which it
 * is given. Overwritten by the next call.
 */
export function signatureOf<T>(order: readonly Node[], more?: (of: T) => void, of?: T): Signature {
  written.length = 0;
  for (const node of order)
    if (node.op === scalarOp) signScalar(node);
    else if (node.given) signValue(node);
    else signOperation(node, order);
  more?.(of as T);
  return written;
}

/** Where the version that the node replaces goes into the evaluation; -1 where it does not. */
export function placeOfReplaced({ replaces, undone }: Node, order: readonly Node[]): number {
  return replaces !== null && !undone && replaces.given && order[replaces.place] === replaces ? replaces.place : -1;
}

/** The number itself is an input of the program. */
function signScalar(node: Node): void {
  sign(-2);
  sign(typeNumber(node.dtype));
}

function signValue(node: Node): void {
  sign(-1);
  sign(node.shape.id * 4 + typeNumber(node.dtype));
}

function signOperation(node: Node, order: readonly Node[]): void {
  sign(node.op.id);
  sign(node.attrs.id);
  sign(node.shape.id * 4 + typeNumber(node.dtype));
  const replaced = placeOfReplaced(node, order);
  sign((isOutput(node) ? 1 : 0) + (staysInEngine(node) ? 2 : 0) + (replaced < 0 ? 0 : 4));
  if (replaced >= 0) sign(replaced);
  sign(node.inputs.length);
  for (const input of node.inputs) sign(input.place);
}
