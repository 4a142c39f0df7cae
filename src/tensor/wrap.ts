import { Node } from '../graph/node';
import { scalarNode } from '../graph/recorder';
import { alias } from '../ops';
import { DTypeError, ValueError } from '../core/errors';
import { show } from '../core/show';
import type { Tensor } from './tensor';

/** How `tensor.ts` hands its class to the files that it is built from, without an import cycle. */
let make: (node: Node) => Tensor;
export function setTensorClass(fn: (node: Node) => Tensor): void {
  make = fn;
}

/** The handle of a node; of a new one with the same value where another tensor holds it: each is kept for itself. */
export function wrap(node: Node): Tensor {
  return make(node.held ? alias(node) : node);
}

const brand: unique symbol = Symbol.for('decograd:tensor');

/** Whether x is a tensor, of this copy of the library or another. */
export function isTensor(x: unknown): x is Tensor {
  return typeof x === 'object' && x !== null && (x as { readonly [brand]?: unknown })[brand] === true;
}

/** The node of what is taken for a tensor; with `wanted` the error says what could have been there. */
function ownNode(x: Tensor, wanted: string, op?: string): Node {
  const node: unknown = (x as Tensor | null | undefined)?.node;
  if (node instanceof Node) return node;
  throw isTensor(x) ? foreign() : refusal(wanted, x, op);
}

/** Two copies of the library cannot compute together: each has its own devices and lists of what was recorded. */
const foreign = (): ValueError =>
  new ValueError(
    'an operand belongs to another copy of decograd in this process, and neither copy can read the other’s values; ' +
      'load the library once: import it everywhere, or require it everywhere',
  );

/** The node of an operand; a number takes the type of what it meets: int32 beside integers if it is whole, else float32. */
export function nodeOf(x: Tensor | number, like?: Node, op?: string): Node {
  if (typeof x === 'number')
    return scalarNode(x, like && like.dtype !== 'float32' && Number.isInteger(x) ? 'int32' : 'float32');
  return ownNode(x, 'a tensor or a number', op);
}

/** The node of what has to be a tensor. */
export function tensorNode(x: Tensor, op: string): Node {
  return ownNode(x, 'a tensor', op);
}

/** What is thrown where `wanted` was, and `given` came. */
export function refusal(wanted: string, given: unknown, op?: string, hint = remedy(given)): DTypeError {
  return new DTypeError(`${op === undefined ? '' : `${op}: `}expected ${wanted}, got ${show(given)}${hint}`);
}

function remedy(given: unknown): string {
  if (given === undefined)
    return '; an undefined parameter is often a field with a dropped decorator: write it as `@param(...) w!: Parameter`, under @module';
  if (Array.isArray(given) || ArrayBuffer.isView(given)) return '; tensor(values) makes a tensor of them';
  if (given instanceof Promise) return '; await it first';
  return typeof given === 'object' && given !== null && 'forward' in given ? '; call its forward(x)' : '';
}
