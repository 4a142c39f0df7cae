import { ShapeError } from '../core/errors';
import { checkSizes, shapeOf, showShape, type Shape } from '../core/shape';
import { input } from '../expr/build';
import { internAttrs, noAttrs, type Node, type Op } from '../graph/node';
import { record } from '../graph/recorder';
import type { Fold, View } from '../kernels/kernels';
import { broadcastView, permuteView } from '../kernels/views';
import { primitive, type Lowered } from './primitive';
import { reshape } from './reshape';

/** Repeating and summing, each of which is the other's gradient; the other folds are in `reduce.ts`. */

const expandOp = primitive({
  name: 'expand',
  view: 'other order',
  lower: (node, [x]) => ({ view: broadcastView(x, node.shape) }),
  derivative: (node, g) => sumTo(g, node.inputs[0].shape),
});

/** Axes of size 1 repeated to the sizes given; -1 leaves a size as it is. */
export function expand(x: Node, dims: readonly number[]): Node {
  const extra = dims.length - x.shape.length;
  const full = dims.map((dim, i) => (dim === -1 ? (x.shape[i - extra] ?? -1) : dim));
  if (extra < 0 || full.some((dim, i) => i >= extra && x.shape[i - extra] !== 1 && x.shape[i - extra] !== dim))
    throw new ShapeError(
      `expand: ${showShape(x.shape)} cannot become ${showShape(dims)}: only axes of size 1 can be repeated`,
    );
  checkSizes(full, 'expand');
  const shape = shapeOf(full);
  return shape === x.shape ? x : record(expandOp, [x], noAttrs, shape, x.dtype);
}

interface FoldAttrs {
  readonly name: Fold;
  readonly axes: readonly number[];
}
export const foldOf = (node: Node) => node.attrs.value as FoldAttrs;

/** The kernel that folds the axes away. */
export function lowerFold(node: Node, [x]: readonly View[]): Lowered {
  const { name, axes } = foldOf(node);
  const kept = x.dims.map((_, i) => i).filter((i) => !axes.includes(i));
  const view = permuteView(x, [...kept, ...axes]);
  const over = axes.map((i) => x.dims[i]);
  return { kernel: { kind: 'reduce', fold: name, dims: node.shape, over, inputs: [view], expr: input(0, x.dtype) } };
}

/** Records the fold of x along the axes, without them. */
export function recordFold(op: Op, name: Fold, x: Node, axes: readonly number[]): Node {
  const dtype = name === 'argmax' || name === 'argmin' ? 'int32' : x.dtype;
  if (axes.length === 0 && dtype === x.dtype) return x;
  const out = shapeOf(x.shape.filter((_, i) => !axes.includes(i)));
  return record(op, [x], internAttrs(`reduce ${name} ${axes.join()}`, { name, axes }), out, dtype);
}

export const sumOp = primitive({
  name: 'sum',
  lower: lowerFold,
  derivative: (node, g) => spread(g, node.inputs[0].shape, foldOf(node).axes),
});

export const keptShape = (shape: Shape, axes: readonly number[]) => shape.map((dim, i) => (axes.includes(i) ? 1 : dim));

/** A folded value repeated over the axes it was folded along. */
export function spread(g: Node, shape: Shape, axes: readonly number[]): Node {
  return expand(reshape(g, keptShape(shape, axes)), shape);
}

/** The gradient of a broadcast: summed back to `shape`. */
export function sumTo(g: Node, shape: Shape): Node {
  if (g.shape === shape) return g;
  const extra = g.shape.length - shape.length;
  const axes = g.shape.map((_, i) => i).filter((i) => i < extra || (shape[i - extra] === 1 && g.shape[i] !== 1));
  return reshape(recordFold(sumOp, 'sum', g, axes), shape);
}
