import { product, shapeOf } from '../core/shape';
import type { Node } from '../graph/node';
import { full } from './create';
import { withDerivative } from './custom';
import { matmul } from './matmul';
import { flip, pad, permute, placeAlongAxes, sliceAxis, sumOfPlaced, transpose } from './movement';
import { reshape } from './reshape';
import { windows } from './windows';

/** Numbers are one for each spatial axis. */
export interface ConvolutionOptions {
  readonly stride: readonly number[];
  /** How many zeros are put before and after each axis. */
  readonly padding: Pads;
  readonly dilation: readonly number[];
  readonly groups: number;
}

/**
 * The cross-correlation of x [N, C, ...spatial] with w [O, C / groups, ...kernel]: [N, O, ...]. Sizes are checked already.
 * Source: torch.nn.functional.conv2d.
 */
export function convolution(x: Node, w: Node, options: ConvolutionOptions): Node {
  return withDerivative(
    [x, w],
    () => correlate(padded(x, options.padding), w, options),
    (g) => [
      x.requiresGrad ? transposedConvolution(g, w, x.shape.slice(2), options) : null,
      w.requiresGrad ? weightGradient(g, x, w, options) : null,
    ],
  );
}

/** Its transpose, the gradient of a convolution with respect to its input, of so many elements. torch.nn.functional.conv_transpose2d. */
export function transposedConvolution(x: Node, w: Node, sizes: readonly number[], options: ConvolutionOptions): Node {
  return withDerivative(
    [x, w],
    () => inputGradient(x, w, sizes, options),
    (g) => [
      x.requiresGrad ? cut(convolution(g, w, options), x.shape) : null,
      w.requiresGrad ? weightGradient(x, g, w, options) : null,
    ],
  );
}

const padded = (x: Node, padding: Pads): Node =>
  padding.every(([before, after]) => before === 0 && after === 0) ? x : pad(x, [...padding].reverse().flat());

/** x without what lies beyond these places: a transposed convolution may have more elements than its places reach. */
const cut = (x: Node, [, , ...places]: readonly number[]): Node =>
  places.reduce((y, count, i) => (y.shape[2 + i] === count ? y : sliceAxis(y, 2 + i, 0, count)), x);

/** x's windows at every place that the kernel comes to: [N, C, ...places, ...kernel], a view. */
function patches(x: Node, kernel: readonly number[], { stride, dilation }: ConvolutionOptions): Node {
  return kernel.reduce((y, size, i) => windows(y, 2 + i, size, stride[i], dilation[i]), x);
}

/** Every place's product of the weights and its patch. */
function correlate(x: Node, w: Node, options: ConvolutionOptions): Node {
  const kernel = w.shape.slice(2);
  const all = patches(x, kernel, options);
  const axes = kernel.map((_, i) => 2 + i);
  const turned = permute(all, [0, 1, ...axes.map((i) => i + kernel.length), ...axes]);
  return weighed(w, turned, all.shape.slice(2, 2 + kernel.length), options.groups);
}

/** For each image and group the matrix product of the weights and the patches, which are [N, C, ...kernel, ...places]. */
function weighed(w: Node, patches: Node, places: readonly number[], groups: number): Node {
  const [n, o, depth] = [patches.shape[0], w.shape[0], product(w.shape.slice(1))];
  const columns = reshape(patches, [n, groups, depth, product(places)]);
  const rows = reshape(w, [groups, o / groups, depth]);
  return reshape(matmul(rows, columns), [n, o, ...places]);
}

type Pads = readonly (readonly [before: number, after: number])[];

/** Whether rows of x, in two dimensions, are padded on both sides by all that the kernel can reach. */
function isFull(w: Node, pads: Pads, dilation: readonly number[]): boolean {
  const reach = (w.shape[3] - 1) * dilation[1];
  return pads.length === 2 && reach > 0 && pads[0].every((p) => p >= 0) && pads[1].every((p) => p === reach);
}

/**
 * The same for rows that are: then as many zeros between one row and the next do for both, the result's rows are as long as
 * those, and so all places, and all elements that one element of the kernel meets, lie side by side.
 */
function correlateInOneRow(x: Node, w: Node, pads: Pads, { dilation, groups }: ConvolutionOptions): Node {
  const [, , high, wide] = w.shape;
  const [[above, below], [reach]] = pads;
  const width = x.shape[3] + reach;
  const height = x.shape[2] + above + below - (high - 1) * dilation[0];
  const rows = pad(x, [reach, 0, above, below + 1]); // the last row ends with zeros of the one after it
  const row = reshape(rows, [x.shape[0], x.shape[1], rows.shape[2] * width]);
  const most = windows(windows(row, 2, wide, 1, dilation[1]), 2, high, 1, dilation[0] * width);
  const patches = permute(sliceAxis(most, 2, 0, height * width), [0, 1, 4, 3, 2]);
  return weighed(w, patches, [height, width], groups);
}

/**
 * Every element of g goes to all places of the input that it was made of: a correlation with the kernel turned round. With a
 * stride s, the places i, i + s, ... of the input are made with the elements i, i + s, ... of the kernel: as many correlations
 * as the stride has places, whose results lie between each other.
 */
function inputGradient(g: Node, given: Node, sizes: readonly number[], options: ConvolutionOptions): Node {
  const { stride, padding, groups } = options;
  const [w, dilation] = withoutGaps(given, options);
  const axes = sizes.map((size, i) =>
    turnsOf(size, { stride: stride[i], before: padding[i][0], kernel: w.shape[2 + i], dilation: dilation[i] }),
  );
  const pieces = combinations(axes).map((turns) => {
    const kernel = turns.reduce((k, { first }, i) => sliceAxis(k, 2 + i, first, k.shape[2 + i], stride[i]), w);
    const pads = turns.map(({ reach, from, count }, i) => [reach - from, from + count - g.shape[2 + i]] as const);
    const [turned, apart] = [turnedKernel(kernel, groups), { ...options, dilation, stride: stride.map(() => 1) }];
    const piece = isFull(turned, pads, dilation) ? correlateInOneRow(g, turned, pads, apart) : correlate(padded(g, pads), turned, apart); // prettier-ignore
    return { piece, start: [0, 0, ...turns.map(({ start }) => start)], step: [1, 1, ...stride] };
  });
  const shape = shapeOf([g.shape[0], w.shape[1] * groups, ...sizes]);
  if (pieces.length === 0) return full(0, shape); // strides may pass over all there is
  return pieces.length === 1 && pieces[0].piece.shape === shape ? pieces[0].piece : sumOfPlaced(shape, pieces);
}

/** One of the `stride` kinds of places along an axis. */
interface Turn {
  /** The first element of the kernel that comes there, and how far those that do reach in g. */
  readonly first: number;
  readonly reach: number;
  /** The first of these places, the element of g where the kernel begins there, and how many there are. */
  readonly start: number;
  readonly from: number;
  readonly count: number;
}

function turnsOf(
  size: number,
  { stride, before, kernel, dilation }: Readonly<Record<'stride' | 'before' | 'kernel' | 'dilation', number>>,
): Turn[] {
  const all = Array.from({ length: Math.min(stride, kernel) }, (_, first): Turn => {
    const from = Math.max(0, Math.ceil((before - first) / stride));
    const start = first + from * stride - before;
    const elements = Math.ceil((kernel - first) / stride);
    return { first, reach: (elements - 1) * dilation, start, from, count: Math.max(0, Math.ceil((size - start) / stride)) }; // prettier-ignore
  });
  return all.filter(({ count }) => count > 0);
}

/** One of each list, in all ways. */
const combinations = <T>(lists: readonly (readonly T[])[]): T[][] =>
  lists.reduce<T[][]>((all, list) => all.flatMap((before) => list.map((one) => [...before, one])), [[]]);

/** Kernel and dilation where none has both a stride and a dilation: the zeros between the elements are written out. */
function withoutGaps(w: Node, { stride, dilation }: ConvolutionOptions): [Node, readonly number[]] {
  if (!stride.some((step, i) => step > 1 && dilation[i] > 1)) return [w, dilation];
  const along = dilation.map((step, i) => ({ axis: 2 + i, start: 0, step, length: (w.shape[2 + i] - 1) * step + 1 }));
  return [placeAlongAxes(w, along), dilation.map(() => 1)];
}

/** [O, C / groups, ...kernel] as [C, O / groups, ...kernel], the kernel backwards. */
function turnedKernel(w: Node, groups: number): Node {
  const [o, c, ...kernel] = w.shape;
  const grouped = reshape(w, [groups, o / groups, c, ...kernel]);
  const swapped = permute(grouped, [0, 2, 1, ...kernel.map((_, i) => 3 + i)]);
  const turned = flip(swapped, kernel.map((_, i) => 3 + i)); // prettier-ignore
  return reshape(turned, [groups * c, o / groups, ...kernel]);
}

/** For each group the product of g and the patches, over all images and places. */
function weightGradient(g: Node, x: Node, w: Node, options: ConvolutionOptions): Node {
  const { groups, padding } = options;
  const [o, c, ...kernel] = w.shape;
  const rank = kernel.length;
  const axes = kernel.map((_, i) => 2 + i);
  const all = patches(padded(x, padding), kernel, options);
  const places = g.shape.slice(2);
  const [n, count] = [x.shape[0], product(places)];
  const grouped = reshape(cut(all, g.shape), [n, groups, c, ...places, ...kernel]);
  const order = [1, 0, ...axes.map((i) => i + 1), 2, ...axes.map((i) => i + 1 + rank)];
  const right = reshape(permute(grouped, order), [groups, n * count, c * product(kernel)]);
  const left = reshape(permute(reshape(g, [n, groups, o / groups, count]), [1, 2, 0, 3]), [groups, o / groups, n * count]); // prettier-ignore
  // the longer side as columns, of which several are done at once
  const isTurned = c * product(kernel) < o / groups;
  const sums = isTurned ? transpose(matmul(transpose(right), transpose(left))) : matmul(left, right);
  return reshape(sums, w.shape);
}
