import { DTypeError, IndexError, ValueError } from '../core/errors';
import { axesOf, axisOf, showShape, type Shape } from '../core/shape';
import type { Node } from '../graph/node';
import { scalarNode } from '../graph/recorder';
import type { Fold } from '../kernels/kernels';
import { expand, foldOf, keptShape, lowerFold, recordFold, spread, sumOp } from './broadcast';
import { cast, div, elementwise, eq, mul, square, sub } from './elementwise';
import { concatenate, sliceAxis } from './movement';
import { primitive } from './primitive';
import { reshape, reshapeTo } from './reshape';

const foldOp = primitive({
  name: 'reduce',
  lower: lowerFold,
  derivative(node, g) {
    const x = node.inputs[0];
    const { name, axes } = foldOf(node);
    if (x.shape.size === 0) return spread(g, x.shape, axes);
    if (name !== 'max' && name !== 'min') return null;
    // the gradient is shared evenly among equal extremes, like torch.amax
    const hits = cast(eq(x, spread(node, x.shape, axes)), 'float32');
    const share = div(reshapeTo(g, keptShape(x.shape, axes)), fold('sum', hits, axes, true));
    return mul(hits, expand(share, x.shape));
  },
  needs: () => [0, -1],
});

function fold(name: Fold, x: Node, axes: readonly number[], keepdim = false): Node {
  return recordFold(name === 'sum' ? sumOp : foldOp, name, x.dtype === 'bool' ? cast(x, 'int32') : x, axes, keepdim);
}

type Axes = number | readonly number[] | undefined;

/** The axes to reduce along; as in PyTorch, an empty list means all of them, and 0 and -1 of a scalar are none. */
export function reducedAxes(op: string, axes: Axes, shape: Shape): number[] {
  const given = Array.isArray(axes) && axes.length === 0 ? undefined : axes;
  if (given === undefined || shape.length > 0) return axesOf(op, given, shape);
  const list = [given].flat().map((axis) => axisOf(op, axis, shape, 1));
  if (list.length > 1) throw new IndexError(`${op}: axes [${String(axes)}] of a scalar name one axis twice`);
  return [];
}

/** The sum; int32 of integers and bool, where PyTorch has int64. */
export function sum(x: Node, axes?: Axes, keepdim = false): Node {
  return fold('sum', x, reducedAxes('sum', axes, x.shape), keepdim);
}

function extreme(name: 'max' | 'min' | 'argmax' | 'argmin', x: Node, axes: readonly number[], keepdim: boolean): Node {
  const empty = axes.find((i) => x.shape[i] === 0);
  if (empty !== undefined)
    throw new IndexError(`${name}: axis ${empty} of ${showShape(x.shape)} has no elements, so there is no ${name}`);
  return fold(name, x, axes, keepdim);
}

/** The largest value along the axes, as torch.amax: values alone, and equal ones share the gradient evenly. */
export const max = (x: Node, axes?: Axes, keepdim = false) =>
  extreme('max', x, reducedAxes('max', axes, x.shape), keepdim);
/** The smallest value along the axes, as torch.amin. */
export const min = (x: Node, axes?: Axes, keepdim = false) =>
  extreme('min', x, reducedAxes('min', axes, x.shape), keepdim);

function argExtreme(name: 'argmax' | 'argmin', x: Node, axis: number | undefined, keepdim: boolean): Node {
  const axes = reducedAxes(name, axis === undefined ? undefined : [axis], x.shape);
  if (x.shape.length === 0) return cast(mul(x, scalarNode(0, 'int32')), 'int32');
  return extreme(name, x, axes, keepdim);
}
/** The int32 position of the first largest element along `axis`, or in the flattened tensor; NaN counts as largest. */
export const argmax = (x: Node, axis?: number, keepdim = false) => argExtreme('argmax', x, axis, keepdim);
/** The int32 position of the first smallest element; NaN counts as smallest. */
export const argmin = (x: Node, axis?: number, keepdim = false) => argExtreme('argmin', x, axis, keepdim);

/**
 * The product; along several axes too, where torch.prod takes one. With gradients it multiplies halves pairwise, whose
 * derivative is exact at zeros too.
 */
export function prod(x: Node, axes?: Axes, keepdim = false): Node {
  const list = reducedAxes('prod', axes, x.shape);
  if (!x.requiresGrad) return fold('prod', x, list, keepdim);
  let y = x;
  for (const axis of list) y = productTree(y, axis);
  return keepdim
    ? y
    : reshape(
        y,
        x.shape.filter((_, i) => !list.includes(i)),
      );
}

function productTree(x: Node, axis: number): Node {
  let y = x;
  if (y.shape[axis] === 0) return fold('prod', y, [axis], true);
  while (y.shape[axis] > 1) {
    const half = Math.floor(y.shape[axis] / 2);
    const pairs = mul(sliceAxis(y, axis, 0, half), sliceAxis(y, axis, half, 2 * half));
    // an odd one out joins the first pair
    y =
      y.shape[axis] % 2 === 0
        ? pairs
        : half === 1
          ? mul(pairs, sliceAxis(y, axis, 2, 3))
          : withRest(pairs, sliceAxis(y, axis, 2 * half, 2 * half + 1), axis);
  }
  return y;
}

function withRest(pairs: Node, rest: Node, axis: number): Node {
  const first = mul(sliceAxis(pairs, axis, 0, 1), rest);
  return concatenate([first, sliceAxis(pairs, axis, 1, pairs.shape[axis])], axis);
}

function floats(name: string, x: Node): Node {
  if (x.dtype !== 'float32')
    throw new DTypeError(`${name}: needs float32, got ${x.dtype} ${showShape(x.shape)}; call .float() first`);
  return x;
}
function countAlong({ shape }: Node, axes: readonly number[]): number {
  let count = 1;
  for (const axis of axes) count *= shape[axis];
  return count;
}

/** The arithmetic mean of float32. */
export function mean(x: Node, axes?: Axes, keepdim = false): Node {
  const list = reducedAxes('mean', axes, floats('mean', x).shape);
  return div(fold('sum', x, list, keepdim), scalarNode(countAlong(x, list), 'float32'));
}

export interface VarianceOptions {
  readonly correction?: number;
  readonly keepdim?: boolean;
}

/** The variance with n - correction in the denominator. */
export function variance(x: Node, axes?: Axes, { correction = 1, keepdim = false }: VarianceOptions = {}): Node {
  const list = reducedAxes('var', axes, floats('var', x).shape);
  if (!Number.isFinite(correction)) throw new ValueError(`var: correction must be a finite number, not ${correction}`);
  const deviations = square(sub(x, mean(x, list, true)));
  const freedom = Math.max(0, countAlong(x, list) - correction);
  return div(fold('sum', deviations, list, keepdim), scalarNode(freedom, 'float32'));
}

/** The square root of the variance; where that is 0 its gradient is taken as 0, as in PyTorch. */
export function std(x: Node, axes?: Axes, options: VarianceOptions = {}): Node {
  return elementwise('rootOfVariance', variance(x, axes, options));
}
