import { IndexError, ShapeError } from '../core/errors';
import { axisOf, checkSizes, knownShape, product, type Shape, shapeOf, showShape } from '../core/shape';
import { ShapeMemo } from '../core/shape-memo';
import { input } from '../expr/build';
import { noAttrs, type Node } from '../graph/node';
import { record } from '../graph/recorder';
import type { View } from '../kernels/kernels';
import { reshapeView } from '../kernels/views';
import { primitive, type Lowered } from './primitive';

/** A kernel that writes the view out in row-major order. */
export function copyOf(view: View): Lowered {
  return { kernel: { kind: 'map', dims: view.dims, inputs: [view], expr: input(0, view.dtype) } };
}

const reshapeOp = primitive({
  name: 'reshape',
  view: 'same order',
  lower(node, [x]) {
    const view = reshapeView(x, node.shape);
    return view ? { view } : copyOf(x); // the copy is row-major, which is what the new shape needs
  },
  derivative: (node, g) => reshape(g, node.inputs[0].shape),
});

/** The same elements in a shape that has as many. */
export function reshapeTo(x: Node, shape: Shape): Node {
  return x.shape === shape ? x : record(reshapeOp, [x], noAttrs, shape, x.dtype);
}

/** The same elements in row-major order in another shape; one size may be -1. */
export function reshape(x: Node, dims: readonly number[]): Node {
  const known = knownShape(dims);
  return known?.size === x.shape.size ? reshapeTo(x, known) : reshapeTo(x, checkedShape(x, dims));
}

function checkedShape(x: Node, dims: readonly number[]): Shape {
  const unknown = dims.indexOf(-1);
  const rest = dims.reduce((size, dim) => (dim === -1 ? size : size * dim), 1);
  if (unknown >= 0 && (dims.lastIndexOf(-1) !== unknown || rest === 0 || x.shape.size % rest !== 0))
    throw new ShapeError(
      `reshape: ${showShape(x.shape)} (${x.shape.size} elements) to ${showShape(dims)}: -1 cannot be inferred`,
    );
  const full = unknown < 0 ? dims : dims.map((dim) => (dim === -1 ? x.shape.size / rest : dim));
  checkSizes(full, 'reshape');
  const shape = shapeOf(full);
  if (shape.size !== x.shape.size)
    throw new ShapeError(
      `reshape: ${showShape(x.shape)} has ${x.shape.size} elements, ${showShape(dims)} would have ${shape.size}`,
    );
  return shape;
}

/** Axes start to end joined into one; a scalar becomes a list of one. */
export function flatten(x: Node, start = 0, end = -1): Node {
  if (x.shape.length === 0) return reshape(x, [1]);
  const [from, to] = [axisOf('flatten', start, x.shape), axisOf('flatten', end, x.shape)];
  if (from > to) throw new IndexError(`flatten: start ${start} comes after end ${end} in ${showShape(x.shape)}`);
  const joined = product(x.shape.slice(from, to + 1));
  return reshape(x, [...x.shape.slice(0, from), joined, ...x.shape.slice(to + 1)]);
}

const unsqueezed = new ShapeMemo<Shape>();

/** With an axis of size 1 before `axis`. */
export function unsqueeze(x: Node, axis: number): Node {
  const { shape } = x;
  const at = axisOf('unsqueeze', axis, shape, 1);
  const to = unsqueezed.get(shape, at) ?? unsqueezed.set(shape, at, shapeOf([...shape.slice(0, at), 1, ...shape.slice(at)])); // prettier-ignore
  return reshapeTo(x, to);
}

const squeezed = new ShapeMemo<Shape>();

/** Without the axis if its size is 1, or without all axes of size 1. */
export function squeeze(x: Node, axis?: number): Node {
  const { shape } = x;
  const at = axis === undefined ? -1 : axisOf('squeeze', axis, shape);
  const isLeft = (dim: number, i: number) => dim !== 1 || (at >= 0 && i !== at);
  return reshapeTo(x, squeezed.get(shape, at) ?? squeezed.set(shape, at, shapeOf(shape.filter(isLeft))));
}
