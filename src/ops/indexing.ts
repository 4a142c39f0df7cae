import type { TypedArray } from '../core/dtype';
import { DTypeError, IndexError, ShapeError, ValueError } from '../core/errors';
import { axisOf, showShape, type Shape } from '../core/shape';
import { internAttrs, type Attrs, type Node } from '../graph/node';
import { dataAtHand, record } from '../graph/recorder';
import { expand } from './broadcast';
import { full } from './create';
import { sliceAxis } from './movement';
import { primitive } from './primitive';
import { reshape, reshapeTo, unsqueeze } from './reshape';

interface IndexAttrs {
  readonly name: string;
  readonly axis: number;
  /** What its gradient is called. */
  readonly gradient: string;
}

/** By name and axis. */
const interned = new Map<string, Attrs[]>();

function attrsFor(name: string, axis: number): Attrs {
  let byAxis = interned.get(name);
  if (byAxis === undefined) interned.set(name, (byAxis = []));
  return (byAxis[axis] ??= internAttrs(`${name} ${axis}`, { name, axis, gradient: `gradient of ${name}` }));
}
const attrsOf = (node: Node) => node.attrs.value as IndexAttrs;

const gatherOp = primitive({
  name: 'gather',
  lower: (node, [source, index]) => ({
    kernel: { kind: 'gather', dims: node.shape, axis: attrsOf(node).axis, inputs: [source, index] },
  }),
  derivative(node, g, i) {
    const [source, index] = node.inputs as [Node, Node];
    return i === 0 ? scatter(full(0, source.shape), attrsOf(node).axis, index, g, attrsOf(node).gradient) : null;
  },
  needs: () => [1],
});

const scatterAddOp = primitive({
  name: 'scatterAdd',
  lower: (node, [base, index, update]) => ({
    kernel: { kind: 'scatterAdd', dims: node.shape, axis: attrsOf(node).axis, inputs: [base, index, update] },
  }),
  derivative(node, g, i) {
    if (i === 0) return g;
    const [index, { axis }] = [node.inputs[1], attrsOf(node)];
    return i === 2 ? take(corner(g, index.shape, axis), axis, index, attrsOf(node).gradient) : null;
  },
  needs: () => [1],
});

/** The first that is no index of so many, of which one kind is allowed all the same. A loop: `find` takes ten times as long. */
export function indexOutside(indices: TypedArray | null, size: number, allowed?: number): number | undefined {
  if (indices !== null)
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i];
      if ((index < 0 || index >= size) && index !== allowed) return index;
    }
  return undefined;
}

/** Where the indices are at hand they are checked now, at the caller's line; computed ones are checked by the kernel. */
export function checkIndices(op: string, index: Node, size: number): void {
  if (index.dtype !== 'int32')
    throw new DTypeError(
      `${op}: indices must be int32, got ${index.dtype} ${showShape(index.shape)}; call .int() first`,
    );
  const bad = indexOutside(dataAtHand(index), size);
  if (bad !== undefined) throw new IndexError(`${op}: index ${bad} is out of range; allowed are 0 to ${size - 1}`);
}

function take(source: Node, axis: number, index: Node, name: string): Node {
  return record(gatherOp, [source, index], attrsFor(name, axis), index.shape, source.dtype);
}

function scatter(base: Node, axis: number, index: Node, update: Node, name: string): Node {
  return record(scatterAddOp, [base, index, update], attrsFor(name, axis), base.shape, base.dtype);
}

function checkCovers(op: string, what: string, outer: Shape, index: Shape, axis: number): void {
  if (outer.length !== index.length || index.some((dim, i) => i !== axis && dim > outer[i]))
    throw new ShapeError(
      `${op}: the index ${showShape(index)} must have as many axes as the ${what} ${showShape(outer)} and, off axis ${axis}, no larger sizes`,
    );
}

/** The leading corner of x with the sizes of `like` except along `axis`. */
function corner(x: Node, like: Shape, axis: number): Node {
  return like.reduce((y, dim, i) => (i === axis || x.shape[i] === dim ? y : sliceAxis(y, i, 0, dim)), x);
}

/** out[i][j] = x[index[i][j]][j] along axis 0, and so on for the others, as torch.gather. */
export function gather(x: Node, axis: number, index: Node): Node {
  const at = axisOf('gather', axis, x.shape);
  checkCovers('gather', 'tensor', x.shape, index.shape, at);
  checkIndices('gather', index, x.shape[at]);
  return take(corner(x, index.shape, at), at, index, 'gather');
}

/** Of each line along the axis the element that its label names: gather for labels that lack the axis. They are checked already. */
export function pick(x: Node, axis: number, labels: Node): Node {
  const picked = take(x, axis, unsqueeze(labels, axis), 'gather');
  return reshapeTo(picked, labels.shape);
}

/** x with source[i][j] added at [index[i][j]][j] along axis 0, and so on, as torch.scatter_add. */
export function scatterAdd(x: Node, axis: number, index: Node, source: Node): Node {
  const at = axisOf('scatterAdd', axis, x.shape);
  checkCovers('scatterAdd', 'tensor', x.shape, index.shape, at);
  checkCovers('scatterAdd', 'source', source.shape, index.shape, -1);
  checkIndices('scatterAdd', index, x.shape[at]);
  if (source.dtype !== x.dtype)
    throw new DTypeError(
      `scatterAdd: the tensor is ${x.dtype}, the source ${source.dtype}; convert one with .to('${x.dtype}')`,
    );
  return scatter(x, at, index, corner(source, index.shape, -1), 'scatterAdd');
}

/** The slices of x that a list of indices names, as torch.index_select. */
export function indexSelect(x: Node, axis: number, index: Node, name = 'indexSelect'): Node {
  const at = axisOf(name, axis, x.shape);
  if (index.shape.length !== 1)
    throw new ShapeError(`${name}: the index must be a list, got shape ${showShape(index.shape)}`);
  checkIndices(name, index, x.shape[at]);
  const dims = x.shape.map((dim, i) => (i === at ? index.shape[0] : dim));
  const aligned = reshape(
    index,
    dims.map((dim, i) => (i === at ? dim : 1)),
  );
  return take(x, at, expand(aligned, dims), name);
}

/** The rows of weight [rows, features] that the indices name: shape [...index.shape, features]. */
export function embedding(weight: Node, index: Node): Node {
  if (weight.shape.length !== 2)
    throw new ShapeError(`embedding: the weight must be [rows, features], got ${showShape(weight.shape)}`);
  const rows = indexSelect(weight, 0, reshape(index, [index.shape.size]), 'embedding');
  return reshape(rows, [...index.shape, weight.shape[1]]);
}

/** 1 where the class equals the index, else 0: shape [...index.shape, classes], int32. */
export function oneHot(index: Node, classes: number): Node {
  if (!Number.isInteger(classes) || classes < 1)
    throw new ValueError(`oneHot: the number of classes must be a whole number of at least 1, not ${classes}`);
  checkIndices('oneHot', index, classes);
  const places = unsqueeze(index, -1);
  const blank = full(0, [...index.shape, classes], 'int32');
  return scatter(blank, index.shape.length, places, full(1, places.shape, 'int32'), 'oneHot'); // checks computed indices
}
