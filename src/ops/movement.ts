import { DTypeError, IndexError, ShapeError, ValueError } from '../core/errors';
import { axesOf, axisOf, shapeOf, showShape, type Shape } from '../core/shape';
import { ShapeMemo } from '../core/shape-memo';
import { internAttrs, noAttrs, type Attrs, type Node, type Placed } from '../graph/node';
import { record } from '../graph/recorder';
import { permuteView, sliceView } from '../kernels/views';
import { add } from './elementwise';
import { primitive, type Primitive } from './primitive';
import { reshape, unsqueeze } from './reshape';

/** The order of the axes, and the one that undoes it. */
interface PermuteAttrs {
  readonly order: readonly number[];
  readonly inverse: readonly number[];
}
const permuteOf = (node: Node) => node.attrs.value as PermuteAttrs;
const permuteOp = primitive({
  name: 'permute',
  view: 'other order',
  lower: (node, [x]) => ({ view: permuteView(x, permuteOf(node).order) }),
  derivative: (node, g) => permute(g, permuteOf(node).inverse),
});

/** How a view of a shape was recorded before. */
interface Form {
  readonly attrs: Attrs;
  readonly out: Shape;
}
const permutations = new ShapeMemo<Form>();
const unmoved: Form = { attrs: noAttrs, out: shapeOf([]) };

/** The axes in another order. */
export function permute(x: Node, order: readonly number[]): Node {
  const key = keyOf(order);
  const known = key < 0 ? undefined : permutations.get(x.shape, key);
  const form = known ?? permutations.set(x.shape, key, permuted(x, order));
  return form === unmoved ? x : record(permuteOp, [x], form.attrs, form.out, x.dtype);
}

/** The order as digits of a number; -1 where it is too long for that or no order at all, so that it is looked at again. */
function keyOf(order: readonly number[]): number {
  let key = 1;
  for (const axis of order) {
    if (!Number.isInteger(axis) || axis < -8 || axis > 7) return -1;
    key = 16 * key + axis + 8;
  }
  return order.length > 8 ? -1 : key;
}

function permuted(x: Node, order: readonly number[]): Form {
  const axes = order.map((axis) => axisOf('permute', axis, x.shape));
  if (axes.length !== x.shape.length || new Set(axes).size !== axes.length)
    throw new IndexError(`permute: [${order.join(', ')}] must name every axis of ${showShape(x.shape)} once`);
  if (axes.every((axis, i) => axis === i)) return unmoved;
  const attrs = { order: axes, inverse: axes.map((_, i) => axes.indexOf(i)) };
  return { attrs: internAttrs(`permute ${axes.join()}`, attrs), out: shapeOf(axes.map((i) => x.shape[i])) };
}

/** Two axes swapped; by default the last two, where torch.transpose has no default. */
export function transpose(x: Node, i = -2, j = -1): Node {
  if (x.shape.length < 2 && i === -2 && j === -1)
    throw new ShapeError(`transpose: ${showShape(x.shape)} has no two axes to swap`);
  const a = axisOf('transpose', i, x.shape);
  const b = axisOf('transpose', j, x.shape);
  const order: number[] = [];
  for (let axis = 0; axis < x.shape.length; axis++) order.push(axis === a ? b : axis === b ? a : axis);
  return permute(x, order);
}

/** The matrix transposed, for a gradient: of one that waits to be transposed, what it was before. */
export function turned(x: Node): Node {
  const isWaiting = x.op === permuteOp && x.shape.length === 2 && x.cell === null && !x.recipe && x.inputs.length > 0;
  return isWaiting && x.inputs[0].requiresGrad === x.requiresGrad ? x.inputs[0] : transpose(x);
}

interface SliceAttrs {
  readonly start: readonly number[];
  readonly step: readonly number[];
}
const sliceOf = (node: Node) => node.attrs.value as SliceAttrs;
const sliceOp: Primitive = primitive({
  name: 'slice',
  view: 'other order',
  lower: (node, [x]) => ({ view: sliceView(x, sliceOf(node).start, sliceOf(node).step, node.shape) }),
  derivative: (node, g) => sumOfPlaced(node.inputs[0].shape, [sliceOp.placed!(node, g)]),
  placed(node, g) {
    const { start, step } = sliceOf(node);
    const backwards = step.map((_, i) => i).filter((i) => step[i] < 0);
    const first = start.map((s, i) => (step[i] < 0 ? s + (node.shape[i] - 1) * step[i] : s));
    return { piece: flip(g, backwards), start: first, step: step.map(Math.abs) };
  },
});

function strided(x: Node, start: readonly number[], step: readonly number[], dims: readonly number[]): Node {
  const shape = shapeOf(dims);
  if (shape === x.shape && step.every((s) => s === 1)) return x;
  return record(sliceOp, [x], internAttrs(`slice ${start.join()} ${step.join()}`, { start, step }), shape, x.dtype);
}

/** Elements start, start + step, ... before end along one axis, in bounds already. */
export function sliceAxis(x: Node, axis: number, start: number, end: number, step = 1): Node {
  const count = Math.max(0, Math.ceil((end - start) / step));
  const key = step === 1 && start < 2 ** 20 && count < 2 ** 20 && axis < 2 ** 10 ? (start * 2 ** 20 + count) * 2 ** 10 + axis : -1; // prettier-ignore
  const known = key < 0 ? undefined : runs.get(x.shape, key);
  if (known !== undefined) return record(sliceOp, [x], known.attrs, known.out, x.dtype);
  const at = <T>(value: T, other: T) => x.shape.map((_, i) => (i === axis ? value : other));
  const sizes = x.shape.map((dim, i) => (i === axis ? count : dim));
  const piece = strided(x, at(count === 0 ? 0 : start, 0), at(step, 1), sizes);
  if (key >= 0 && piece !== x) runs.set(x.shape, key, { attrs: piece.attrs, out: piece.shape });
  return piece;
}

/** Elements side by side along an axis that were taken of a shape before: those of a sequence are, in every step. */
const runs = new ShapeMemo<Form>();

/** x[start:end:step] along an axis as in Python: negative bounds count from the end, bounds outside are cut off. */
export function slice(x: Node, axis: number, start = 0, end = Infinity, step = 1): Node {
  const at = axisOf('slice', axis, x.shape);
  if (!Number.isInteger(step) || step < 1)
    throw new ValueError(`slice: step must be a whole number of at least 1, not ${step}; flip() runs backwards`);
  const size = x.shape[at];
  const bound = (value: number) => Math.min(size, Math.max(0, value < 0 ? value + size : value));
  if (!Number.isInteger(start) || !(Number.isInteger(end) || end === Infinity))
    throw new IndexError(`slice: bounds must be whole numbers, not ${start} and ${end}`);
  return sliceAxis(x, at, bound(start), bound(end), step);
}

/** x[index] along an axis, without that axis. */
export function select(x: Node, axis: number, index: number): Node {
  const at = axisOf('select', axis, x.shape);
  const size = x.shape[at];
  if (!Number.isInteger(index) || index < -size || index >= size)
    throw new IndexError(
      `select: index ${index} is outside axis ${axis} of ${showShape(x.shape)}; allowed are ${-size} to ${size - 1}`,
    );
  const from = index < 0 ? index + size : index;
  return reshape(
    sliceAxis(x, at, from, from + 1),
    x.shape.filter((_, i) => i !== at),
  );
}

/** Backwards along the axes given; none for an empty list. */
export function flip(x: Node, axes: number | readonly number[]): Node {
  const list = axesOf('flip', axes, x.shape).filter((i) => x.shape[i] > 1);
  const start = x.shape.map((dim, i) => (list.includes(i) ? dim - 1 : 0));
  return strided(
    x,
    start,
    x.shape.map((_, i) => (list.includes(i) ? -1 : 1)),
    x.shape,
  );
}

interface Part {
  readonly start: readonly number[];
  readonly step: readonly number[];
}
interface PlaceAttrs {
  readonly name: string;
  readonly fill: number;
  readonly parts: readonly Part[];
}
const placeOf = (node: Node) => node.attrs.value as PlaceAttrs;
const placeOp = primitive({
  name: 'place',
  lower: (node, inputs) => ({ kernel: { kind: 'place', dims: node.shape, inputs, ...placeOf(node) } }),
  derivative(node, g, i) {
    const { start, step } = placeOf(node).parts[i];
    return strided(g, start, step, node.inputs[i].shape);
  },
});

/** The inputs laid into a tensor of `shape` that is `fill` elsewhere. */
function place(inputs: readonly Node[], shape: Shape, parts: readonly Part[], fill: number, name = 'place'): Node {
  const key = `place ${name} ${fill} ${parts.map((p) => `${p.start.join()}/${p.step.join()}`).join(' ')}`;
  return record(placeOp, inputs, internAttrs(key, { name, fill, parts }), shape, inputs[0].dtype);
}

/** x along an axis from `start` on, its elements `step` apart, in zeros of that length. */
export function placeAlong(x: Node, axis: number, start: number, step: number, length: number): Node {
  return placeAlongAxes(x, [{ axis, start, step, length }]);
}

/** The same along several axes, in one pass. */
export function placeAlongAxes(x: Node, along: readonly Along[]): Node {
  if (along.every(({ axis, start, step, length }) => start === 0 && step === 1 && length === x.shape[axis])) return x;
  const at = (value: (one: Along) => number, other: (axis: number) => number) =>
    x.shape.map((_, i) => {
      const one = along.find(({ axis }) => axis === i);
      return one ? value(one) : other(i);
    });
  const shape = shapeOf(at(({ length }) => length, (i) => x.shape[i])); // prettier-ignore
  const part = { start: at(({ start }) => start, () => 0), step: at(({ step }) => step, () => 1) }; // prettier-ignore
  return place([x], shape, [part], 0, 'pad');
}

/** Where the elements of x come to lie along an axis that gets so many elements: at start, start + step, ... */
interface Along {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
  readonly length: number;
}

/** Whether no two of the pieces have a place in common, as along some axis all have one step and they begin at different turns of it. */
function areInterleaved(list: readonly Placed[]): boolean {
  const [{ step }] = list;
  const turns = new Set(list.map(({ start }) => start.map((at, i) => at % step[i]).join()));
  return turns.size === list.length && list.every((part) => part.step.join() === step.join());
}

/** The sum of tensors of `shape` that are zero but for one piece each: one pass over it where the pieces do not overlap. */
export function sumOfPlaced(shape: Shape, list: readonly Placed[]): Node {
  const axis = list[0].start.findIndex((start, i) => start !== list.at(-1)!.start[i]);
  const sorted = axis < 0 ? list : [...list].sort((a, b) => a.start[axis] - b.start[axis]);
  const isApart = sorted.every((part, i) => i === 0 || lastOf(sorted[i - 1], axis) < part.start[axis]);
  if (!isApart && !areInterleaved(list))
    return list.map((one) => sumOfPlaced(shape, [one])).reduce((sum, node) => add(sum, node));
  const parts = sorted.map(({ start, step }) => ({ start, step }));
  return place(sorted.map(({ piece }) => piece), shape, parts, 0); // prettier-ignore
}

/** The last place of a piece along an axis. */
const lastOf = ({ piece, start, step }: Placed, axis: number): number =>
  start[axis] + (piece.shape[axis] - 1) * step[axis];

/** Tensors joined along an existing axis; they agree in every other size, and in dtype (torch.cat promotes). */
export function concatenate(list: readonly Node[], axis = 0): Node {
  if (list.length === 0) throw new ValueError('concatenate: the list of tensors is empty');
  const first = list[0];
  const at = axisOf('concatenate', axis, first.shape);
  list.forEach((x, i) => checkJoin(x, first, at, i));
  let length = 0;
  const parts = list.map((x) => {
    const start = first.shape.map((_, i) => (i === at ? length : 0));
    length += x.shape[at];
    return { start, step: first.shape.map(() => 1) };
  });
  if (list.length === 1) return first;
  return place(list, shapeOf(first.shape.map((dim, i) => (i === at ? length : dim))), parts, 0, 'concatenate');
}

function checkJoin(x: Node, first: Node, axis: number, position: number): void {
  if (x.dtype !== first.dtype)
    throw new DTypeError(
      `concatenate: tensor 0 is ${first.dtype}, tensor ${position} is ${x.dtype}; convert one with .to('${first.dtype}')`,
    );
  if (x.shape.length !== first.shape.length || x.shape.some((dim, i) => i !== axis && dim !== first.shape[i]))
    throw new ShapeError(
      `concatenate: tensor 0 is ${showShape(first.shape)}, tensor ${position} is ${showShape(x.shape)}: all sizes but axis ${axis} must agree`,
    );
}

/** Tensors of one shape joined along a new axis. */
export function stack(list: readonly Node[], axis = 0): Node {
  if (list.length === 0) throw new ValueError('stack: the list of tensors is empty');
  const odd = list.findIndex((x) => x.shape !== list[0].shape);
  if (odd > 0)
    throw new ShapeError(
      `stack: tensor 0 is ${showShape(list[0].shape)}, tensor ${odd} is ${showShape(list[odd].shape)}: shapes must be equal`,
    );
  const at = axisOf('stack', axis, list[0].shape, 1);
  return concatenate(
    list.map((x) => unsqueeze(x, at)),
    at,
  );
}

/** Padded with `value`: `pads` holds [before, after] for the last axis, then the one before it, and so on. Negative cuts. */
export function pad(x: Node, pads: readonly number[], value = 0): Node {
  const rank = x.shape.length;
  if (pads.length % 2 !== 0 || pads.length > 2 * rank || pads.some((p) => !Number.isInteger(p)))
    throw new ValueError(
      `pad: [${pads.join(', ')}] must be pairs of whole numbers, at most one pair for each axis of ${showShape(x.shape)}`,
    );
  const pair = (axis: number) => [pads[2 * (rank - 1 - axis)] ?? 0, pads[2 * (rank - 1 - axis) + 1] ?? 0] as const;
  if (x.shape.some((dim, i) => dim + pair(i)[0] + pair(i)[1] < 0))
    throw new ShapeError(`pad: [${pads.join(', ')}] cuts more off ${showShape(x.shape)} than there is`);
  let y = x;
  x.shape.forEach((dim, i) => (y = sliceAxis(y, i, Math.max(0, -pair(i)[0]), dim - Math.max(0, -pair(i)[1]))));
  if (x.shape.every((_, i) => pair(i)[0] <= 0 && pair(i)[1] <= 0)) return y;
  const shape = shapeOf(x.shape.map((dim, i) => dim + pair(i)[0] + pair(i)[1]));
  return place(
    [y],
    shape,
    [{ start: x.shape.map((_, i) => Math.max(0, pair(i)[0])), step: x.shape.map(() => 1) }],
    value,
    'pad',
  );
}
