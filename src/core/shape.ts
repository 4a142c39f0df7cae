import { IndexError, ShapeError } from './errors';
import { ShapeMemo } from './shape-memo';
import { show } from './show';

/** An interned, frozen list of sizes: equal shapes are the same object and have the same id. */
export interface Shape extends ReadonlyArray<number> {
  readonly id: number;
  /** The number of elements. */
  readonly size: number;
}

interface TrieNode {
  shape?: Shape;
  next: Map<number, TrieNode>;
}
const root: TrieNode = { next: new Map() };
let count = 0;

/** The one `Shape` with these sizes. */
export function shapeOf(dims: readonly number[]): Shape {
  let at = root;
  for (const dim of dims) {
    let next = at.next.get(dim);
    if (next === undefined) at.next.set(dim, (next = { next: new Map() }));
    at = next;
  }
  return (at.shape ??= internedShape(dims));
}

/** The shape with these sizes if there is one already, which has been checked then. */
export function knownShape(dims: readonly number[]): Shape | undefined {
  let at: TrieNode | undefined = root;
  for (const dim of dims) {
    at = at.next.get(dim);
    if (at === undefined) return undefined;
  }
  return at.shape;
}

/** How many elements there are in these sizes. */
export function product(dims: readonly number[]): number {
  let count = 1;
  for (const dim of dims) count *= dim;
  return count;
}

function internedShape(dims: readonly number[]): Shape {
  const shape = Object.defineProperties(dims.slice(), { id: { value: count++ }, size: { value: product(dims) } });
  return Object.freeze(shape) as unknown as Shape;
}

/** Throws unless every size is a whole number of at least 0. */
export function checkSizes(dims: readonly number[], what: string): void {
  for (const dim of dims) {
    if (!Number.isInteger(dim) || dim < 0)
      throw new ShapeError(`${what}: sizes must be whole numbers of at least 0, not [${dims.join(', ')}]`);
  }
  if (product(dims) > 2 ** 31)
    throw new ShapeError(`${what}: [${dims.join(', ')}] has more elements than a tensor can hold (2^31)`);
}

/** `[2, 3]` */
export function showShape(dims: readonly number[]): string {
  return `[${dims.join(', ')}]`;
}

/** Row-major strides, in elements. */
export function stridesOf(dims: readonly number[]): number[] {
  const strides = new Array<number>(dims.length);
  let step = 1;
  for (let i = dims.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= dims[i];
  }
  return strides;
}

/** The shape both broadcast to by PyTorch's rules, or an error naming `op` and both shapes. */
export function broadcast(op: string, a: Shape, b: Shape): Shape {
  if (a === b || b.length === 0) return a;
  if (a.length === 0) return b;
  return broadcasts.get(a, b.id) ?? broadcasts.set(a, b.id, commonShape(op, a, b));
}

const broadcasts = new ShapeMemo<Shape>();

function commonShape(op: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const out = new Array<number>(rank);
  for (let i = 1; i <= rank; i++) {
    const x = a[a.length - i] ?? 1;
    const y = b[b.length - i] ?? 1;
    if (x !== y && x !== 1 && y !== 1)
      throw new ShapeError(`${op}: shapes ${showShape(a)} and ${showShape(b)} do not broadcast: ${x} is not ${y}`);
    out[rank - i] = x === 1 ? y : x;
  }
  return shapeOf(out);
}

/** An axis counted from the front; `extra` allows positions past the end, as unsqueeze needs. */
export function axisOf(op: string, axis: number, shape: readonly number[], extra = 0): number {
  const rank = shape.length + extra;
  const at = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || at < 0 || at >= rank)
    throw new IndexError(
      `${op}: axis ${axis} is outside ${showShape(shape)}; allowed are ${rank === 0 ? 'none' : `${-rank} to ${rank - 1}`}`,
    );
  return at;
}

function everyAxis({ length }: readonly number[]): number[] {
  const axes: number[] = [];
  for (let axis = 0; axis < length; axis++) axes.push(axis);
  return axes;
}

/** Axes counted from the front, ascending and distinct; all of them when none are given. */
export function axesOf(op: string, axes: number | readonly number[] | undefined, shape: readonly number[]): number[] {
  if (axes === undefined) return everyAxis(shape);
  if (typeof axes === 'number') return [axisOf(op, axes, shape)];
  if (!Array.isArray(axes)) throw new IndexError(`${op}: axes are a number or a list of numbers, not ${show(axes)}`);
  if (axes.length === 1) return [axisOf(op, axes[0] as number, shape)];
  const list = axes.map((axis) => axisOf(op, axis, shape));
  if (new Set(list).size < list.length)
    throw new IndexError(`${op}: axes [${String(axes)}] of ${showShape(shape)} name one axis twice`);
  return list.sort((a, b) => a - b);
}

/** @throws ShapeError where JavaScript passes numbers one by one, which types refuse: `x.reshape(2, 3)` */
export function listed<T extends readonly unknown[]>(op: string, what: string, list: T): T {
  if (!Array.isArray(list)) throw new ShapeError(`${op}: takes ${what} as a list, not ${String(list)}`);
  return list;
}
