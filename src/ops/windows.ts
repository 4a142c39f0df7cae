import { ShapeError, ValueError } from '../core/errors';
import { axisOf, shapeOf, showShape } from '../core/shape';
import { internAttrs, type Node } from '../graph/node';
import { record } from '../graph/recorder';
import type { View } from '../kernels/kernels';
import { permute, placeAlong } from './movement';
import { primitive } from './primitive';
import { sum } from './reduce';
import { reshape } from './reshape';

/** y[..., i, ..., k] = x[..., start + i * step + k * slope, ...], where the last axis of x, if it `hasLast`, is k as well. */
interface Slide {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
  readonly slope: number;
  readonly hasLast: boolean;
}
const slideOf = (node: Node) => node.attrs.value as Slide;

function slid(x: View, { axis, start, step, slope, hasLast }: Slide, dims: readonly number[]): View {
  const stride = x.strides[axis];
  const strides = x.strides.slice(0, dims.length - 1).map((s, i) => (i === axis ? s * step : s));
  const last = slope * stride + (hasLast ? x.strides[dims.length - 1] : 0);
  return { ...x, dims, strides: [...strides, last], offset: x.offset + start * stride };
}

const slideOp = primitive({
  name: 'slide',
  view: 'other order',
  lower: (node, [x]) => ({ view: slid(x, slideOf(node), node.shape) }),
  derivative(node, g) {
    const [{ axis, start, step, slope, hasLast }, { shape }] = [slideOf(node), node.inputs[0]];
    return hasLast ? unslid(g, axis, shape[axis], { start, step, slope }) : putBack(g, axis, shape[axis], step, slope);
  },
});

function slide(x: Node, count: number, size: number, by: Slide): Node {
  const dims = x.shape.map((dim, i) => (i === by.axis ? count : dim));
  if (!by.hasLast) dims.push(size);
  const key = `slide ${by.axis} ${by.start} ${by.step} ${by.slope} ${by.hasLast}`;
  return record(slideOp, [x], internAttrs(key, by), shapeOf(dims), x.dtype);
}

/** z[..., j, ..., k] = g[..., i, ..., k] where j = start + i * step + k * slope, 0 where there is no such i; j below `length`. */
function unslid(
  g: Node,
  axis: number,
  length: number,
  { start, step, slope }: Pick<Slide, 'start' | 'step' | 'slope'>,
): Node {
  const reach = (g.shape.at(-1)! - 1) * slope;
  // laid so that j of slice k is at j - k * slope, with room for every j of every slice
  const front = Math.max(0, reach) - Math.min(0, start);
  const room = front + Math.max(length, start + (g.shape[axis] - 1) * step + 1) - Math.min(0, reach);
  const spread = placeAlong(g, axis, front + start, step, room);
  return slide(spread, length, 0, { axis, start: front, step: 1, slope: -slope, hasLast: true });
}

/** Windows that follow each other without gaps: i and k are one axis. */
function sideBySide(g: Node, axis: number): Node {
  const rank = g.shape.length;
  const order = [...g.shape.keys()].filter((i) => i < rank - 1);
  order.splice(axis + 1, 0, rank - 1);
  const dims = g.shape.slice(0, -1).map((dim, i) => (i === axis ? dim * g.shape[rank - 1] : dim));
  return reshape(permute(g, order), dims);
}

/**
 * Windows of `size` elements, `dilation` apart, at every `step`-th place along an axis, which then counts the windows; their
 * elements are a new last axis. torch.Tensor.unfold, with dilation. A view: it costs nothing.
 */
export function windows(x: Node, axis: number, size: number, step: number, dilation = 1): Node {
  const at = axisOf('unfold', axis, x.shape);
  for (const [name, value, least] of [
    ['size', size, 0],
    ['step', step, 1],
  ] as const)
    if (!Number.isInteger(value) || value < least)
      throw new ValueError(`unfold: ${name} must be a whole number of at least ${least}, not ${value}`);
  const reach = (size - 1) * dilation + 1;
  if (reach > x.shape[at])
    throw new ShapeError(`unfold: windows of ${reach} are larger than axis ${at} of ${showShape(x.shape)}`);
  const count = Math.floor((x.shape[at] - reach) / step) + 1;
  return slide(x, count, size, { axis: at, start: 0, step, slope: dilation, hasLast: false });
}

/**
 * The transpose of `windows`, along an axis that gets `length` elements: those of all windows that come from one place are
 * added up there.
 */
export function putBack(g: Node, axis: number, length: number, step: number, dilation: number): Node {
  if (dilation === 1 && step === g.shape.at(-1)) return placeAlong(sideBySide(g, axis), axis, 0, 1, length);
  return sum(unslid(g, axis, length, { start: 0, step, slope: dilation }), [g.shape.length - 1]);
}
