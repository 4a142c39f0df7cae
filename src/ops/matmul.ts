import { DTypeError, ShapeError } from '../core/errors';
import { broadcast, product, type Shape, shapeOf, showShape } from '../core/shape';
import { ShapeMemo } from '../core/shape-memo';
import { internAttrs, noAttrs, type Factors, type Node } from '../graph/node';
import { record } from '../graph/recorder';
import type { Triangle } from '../kernels/kernels';
import { broadcastView } from '../kernels/views';
import { sumTo } from './broadcast';
import { add } from './elementwise';
import { concatenate, transpose, turned } from './movement';
import { primitive } from './primitive';
import { reshape, unsqueeze } from './reshape';

const matmulOp = primitive({
  name: 'matmul',
  lower(node, [a, b]) {
    const batch = node.shape.slice(0, -2);
    const [m, n, k] = [node.shape.at(-2)!, node.shape.at(-1)!, a.dims.at(-1)!];
    return {
      kernel: {
        kind: 'matmul',
        dims: node.shape,
        rows: 1,
        columns: 1,
        inputs: [broadcastView(a, [...batch, m, k]), broadcastView(b, [...batch, k, n])],
        triangle: triangleOf(node),
      },
    };
  },
  derivative(node, g, i) {
    const [a, b] = node.inputs as [Node, Node];
    const triangle = triangleOf(node);
    if (i === 0) return sumTo(multiply(g, transpose(b), triangle && { of: otherSide[triangle.of], part: triangle.part }), a.shape); // prettier-ignore
    if (triangle === undefined) return sumTo(multiply(transpose(a), g), b.shape);
    const turnedTriangle: Triangle = { of: 'left', part: otherPart[triangle.part] };
    const gradient = triangle.of === 'left' ? multiply(transpose(a), g, turnedTriangle) : transpose(multiply(transpose(g), a, turnedTriangle)); // prettier-ignore
    return sumTo(gradient, b.shape);
  },
  factors(node, g, i) {
    const [a, b] = node.inputs as [Node, Node];
    if (a.shape.length !== 2 || b.shape.length !== 2 || triangleOf(node)) return null;
    return i === 0 ? { left: g, right: turned(b) } : { left: turned(a), right: g };
  },
  needs: (node) => node.inputs.flatMap((x, i) => (node.tracked.includes(x) ? [1 - i] : [])),
});

const triangleOf = (node: Node): Triangle | undefined => (node.attrs.value as Triangle | null) ?? undefined;
/** The gradient of a triangle is one, and of what is computed from one it is multiplied by as one. */
const otherSide = { left: 'result', result: 'left' } as const;
const otherPart = { lower: 'upper', upper: 'lower' } as const;

/**
 * The sum of these products of matrices: one product of all lefts side by side and all rights below each other, unless putting
 * them there is more work than adding.
 */
export function sumOfProducts(list: readonly Factors[]): Node {
  const [{ left, right }] = list;
  const copied = list.reduce((sum, one) => sum + one.left.shape.size + one.right.shape.size, 0);
  const added = 2 * (list.length - 1) * left.shape[0] * right.shape[1];
  if (copied > added) return list.map((one) => multiply(one.left, one.right)).reduce((a, b) => add(a, b));
  const lefts = concatenate(list.map((one) => one.left), 1); // prettier-ignore
  return multiply(lefts, concatenate(list.map((one) => one.right), 0)); // prettier-ignore
}

const products = new ShapeMemo<Shape>();

function multiply(a: Node, b: Node, triangle?: Triangle): Node {
  const shape = products.get(a.shape, b.shape.id) ?? products.set(a.shape, b.shape.id, productShape(a.shape, b.shape));
  const attrs = triangle ? internAttrs(`triangle ${triangle.of} ${triangle.part}`, triangle) : noAttrs;
  return record(matmulOp, [a, b], attrs, shape, 'float32');
}
function productShape(a: Shape, b: Shape): Shape {
  const batch = broadcast('matmul', shapeOf(a.slice(0, -2)), shapeOf(b.slice(0, -2)));
  return shapeOf([...batch, a.at(-2)!, b.at(-1)!]);
}

function check(a: Node, b: Node): void {
  const inner = a.shape.at(-1);
  const outer = b.shape[Math.max(0, b.shape.length - 2)];
  if (inner === outer && inner !== undefined && a.dtype === 'float32' && b.dtype === 'float32') return;
  const shapes = `matmul: ${showShape(a.shape)} times ${showShape(b.shape)}`;
  if (a.shape.length === 0 || b.shape.length === 0)
    throw new ShapeError(`${shapes}: both need at least one axis; use mul to scale by a number`);
  if (inner !== outer) throw new ShapeError(`${shapes}: ${inner} is not ${outer}`);
  const { dtype } = a.dtype === 'float32' ? b : a;
  throw new DTypeError(`${shapes}: needs float32, got ${dtype}; call .float() first`);
}

/** The matrix product with PyTorch's rules: vectors are rows or columns, leading axes broadcast. */
export function matmul(a: Node, b: Node): Node {
  check(a, b);
  if (a.shape.length === 1 && b.shape.length === 1) return reshape(multiply(unsqueeze(a, 0), unsqueeze(b, 1)), []);
  if (a.shape.length === 1) return withoutAxis(matmul(unsqueeze(a, 0), b), -2);
  if (b.shape.length === 1) return withoutAxis(matmul(a, unsqueeze(b, 1)), -1);
  if (b.shape.length > 2 || a.shape.length === 2) return multiply(a, b);
  // one matrix for a whole batch: all rows in one product
  const flat = multiply(reshape(a, [product(a.shape.slice(0, -1)), a.shape.at(-1)!]), b);
  return reshape(flat, [...a.shape.slice(0, -1), b.shape[1]]);
}

/**
 * The same of matrices [..., m, k] and [..., k, n], of which one is a triangle: the left one, 0 elsewhere whatever it is computed
 * from, or the result, whose other elements and their gradients nobody makes use of. About half of the work.
 */
export function triangularMatmul(a: Node, b: Node, triangle: Triangle): Node {
  check(a, b);
  return multiply(a, b, triangle);
}

function withoutAxis(x: Node, axis: -1 | -2): Node {
  return reshape(
    x,
    x.shape.filter((_, i) => i !== x.shape.length + axis),
  );
}
