import type { Node, Op } from '../graph/node';
import { nextOpId } from '../graph/node';
import type { PlainKernel, View } from '../kernels/kernels';

/** What a primitive becomes: a kernel that writes the node's value, or a view of an input, which costs nothing. */
export type Lowered = { readonly kernel: PlainKernel } | { readonly view: View };

/** Adds a kernel whose result another kernel of the same node reads. */
export type Emit = (kernel: PlainKernel) => View;

/** An operation the planner knows how to run; everything else in this folder is composed of these. */
export interface Primitive extends Op {
  lower(node: Node, inputs: readonly View[], emit: Emit): Lowered;
}

const primitives: Primitive[] = [];

export function primitive(definition: Omit<Primitive, 'id'>): Primitive {
  const { name, lower, view, derivative, placed, factors, needs } = definition;
  // all of one form, whatever they define: every recording reads them
  const made: Primitive = { id: nextOpId(), name, lower, view, derivative, placed, factors, needs };
  primitives.push(made);
  return made;
}

/** Whether the node is made by a primitive (and not a leaf). */
export function isPrimitive(op: Op): op is Primitive {
  return 'lower' in op;
}

/** All primitives, for the tests that go through them. */
export function allPrimitives(): readonly Primitive[] {
  return primitives;
}
