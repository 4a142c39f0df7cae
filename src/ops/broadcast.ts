import { ShapeError } from '../core/errors';
import { checkSizes, knownShape, shapeOf, showShape, type Shape } from '../core/shape';
import { ShapeMemo } from '../core/shape-memo';
import { input } from '../expr/build';
import { internAttrs, noAttrs, type Attrs, type Node, type Op } from '../graph/node';
import { record } from '../graph/recorder';
import type { Fold, View } from '../kernels/kernels';
import { broadcastView, permuteView } from '../kernels/views';
import { primitive, type Lowered } from './primitive';
import { reshapeTo } from './reshape';

/** Repeating and summing, each of which is the other's gradient; the other folds are in `reduce.ts`. */

const expandOp = primitive({
  name: 'expand',
  view: 'other order',
  lower: (node, [x]) => ({ view: broadcastView(x, node.shape) }),
  derivative: (node, g) => sumTo(g, node.inputs[0].shape),
});

/** Axes of size 1 repeated to the sizes given; -1 leaves a size as it is. */
export function expand(x: Node, dims: readonly number[]): Node {
  const known = knownShape(dims);
  if (known === undefined || !expandable.get(x.shape, known.id)) {
    const shape = checkedShape(x, dims);
    expandable.set(x.shape, shape.id, true);
    return expandTo(x, shape);
  }
  return expandTo(x, known);
}

/** From which shapes to which others the way was checked before. */
const expandable = new ShapeMemo<true>();

function expandTo(x: Node, shape: Shape): Node {
  return shape === x.shape ? x : record(expandOp, [x], noAttrs, shape, x.dtype);
}

function checkedShape(x: Node, dims: readonly number[]): Shape {
  const extra = dims.length - x.shape.length;
  const full = dims.map((dim, i) => (dim === -1 ? (x.shape[i - extra] ?? -1) : dim));
  if (extra < 0 || full.some((dim, i) => i >= extra && x.shape[i - extra] !== 1 && x.shape[i - extra] !== dim))
    throw new ShapeError(
      `expand: ${showShape(x.shape)} cannot become ${showShape(dims)}: only axes of size 1 can be repeated`,
    );
  checkSizes(full, 'expand');
  return shapeOf(full);
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
  const [dims, over] = [kept, axes].map((list) => list.map((i) => x.dims[i]));
  return { kernel: { kind: 'reduce', fold: name, dims, over, inputs: [view], expr: input(0, x.dtype) } };
}

/** Records the fold of x along the axes, without them or with `keepdim` at size 1. */
export function recordFold(op: Op, name: Fold, x: Node, axes: readonly number[], keepdim = false): Node {
  const dtype = name === 'argmax' || name === 'argmin' ? 'int32' : x.dtype;
  if (axes.length === 0 && dtype === x.dtype) return x;
  const { attrs, out, kept } = foldForm(name, x.shape, axes);
  return record(op, [x], attrs, keepdim ? kept : out, dtype);
}

/** What folding a shape along some axes comes to: the shape without them, and with them at size 1. */
interface FoldForm {
  readonly attrs: Attrs;
  readonly out: Shape;
  readonly kept: Shape;
}
const forms = new ShapeMemo<FoldForm>();
const folds: readonly Fold[] = ['sum', 'prod', 'max', 'min', 'argmax', 'argmin'];

function foldForm(name: Fold, shape: Shape, axes: readonly number[]): FoldForm {
  if (shape.length > 24) return makeForm(name, shape, axes); // more axes than the key has bits
  let bits = 0;
  for (const axis of axes) bits |= 1 << axis;
  const key = bits * folds.length + folds.indexOf(name);
  return forms.get(shape, key) ?? forms.set(shape, key, makeForm(name, shape, axes));
}
function makeForm(name: Fold, shape: Shape, axes: readonly number[]): FoldForm {
  const attrs = internAttrs(`reduce ${name} ${axes.join()}`, { name, axes });
  const kept = shapeOf(shape.map((dim, i) => (axes.includes(i) ? 1 : dim)));
  return { attrs, out: shapeOf(shape.filter((_, i) => !axes.includes(i))), kept };
}

export const sumOp = primitive({
  name: 'sum',
  lower: lowerFold,
  derivative: (node, g) => spread(g, node.inputs[0].shape, foldOf(node).axes),
});

/** The shape with size 1 along the axes. */
export const keptShape = (shape: Shape, axes: readonly number[]): Shape => foldForm('sum', shape, axes).kept;

/** A folded value repeated over the axes it was folded along. */
export function spread(g: Node, shape: Shape, axes: readonly number[]): Node {
  return expand(reshapeTo(g, keptShape(shape, axes)), shape);
}

/** The gradient of a broadcast: summed back to `shape`. */
export function sumTo(g: Node, shape: Shape): Node {
  if (g.shape === shape) return g;
  const axes = summed.get(g.shape, shape.id) ?? summed.set(g.shape, shape.id, axesToSum(g.shape, shape));
  return reshapeTo(recordFold(sumOp, 'sum', g, axes, g.shape.length === shape.length), shape);
}

const summed = new ShapeMemo<readonly number[]>();

/** The axes along which the smaller shape was repeated to make the larger. */
function axesToSum(from: Shape, to: Shape): readonly number[] {
  const extra = from.length - to.length;
  return from.map((_, i) => i).filter((i) => i < extra || (to[i - extra] === 1 && from[i] !== 1));
}
