import type { Tensor } from 'decograd';
import * as eager from './eager';
import { broadcastDims, type Value } from './eager';
import type { Random } from './random';

/** One way to compute a value, as the library and as the oracle do it. */
export interface Operation {
  readonly name: string;
  /** How many of the operands it reads. */
  readonly arity: number;
  /** Which of inputs and output (-1) the derivative reads, given for which inputs gradients flow. */
  readonly needs?: (flows: readonly boolean[]) => readonly number[];
  /** Whether it only looks at its input, so that the input is what will be kept. */
  readonly isView?: boolean;
  readonly lib: (x: readonly Tensor[]) => Tensor;
  readonly eager: (x: readonly Value[]) => Value;
}
/** Chooses attributes for the inputs; null where the operation does not fit. */
type Maker = (random: Random, x: readonly Value[]) => Omit<Operation, 'arity'> | null;

const largest = (x: Value) => x.data.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
const other = (flows: readonly boolean[]) => flows.flatMap((flows, i) => (flows ? [1 - i] : []));
const output = () => [-1];

function elementwise(name: 'add' | 'sub' | 'mul'): Maker {
  return (_, [a, b]) =>
    broadcastDims(a.dims, b.dims) && {
      name,
      needs: name === 'mul' ? other : undefined,
      lib: ([x, y]) => x[name](y),
      eager: ([x, y]) => eager[name](x, y),
    };
}

const makers: Readonly<Record<string, Maker>> = {
  add: elementwise('add'),
  sub: elementwise('sub'),
  mul: elementwise('mul'),
  scale: (random) => {
    const c = random.pick([-1.5, 0.25, 0.5, 2]);
    return { name: `scale ${c}`, lib: ([x]) => x.mul(c), eager: ([x]) => eager.scale(x, c) };
  },
  shift: (random) => {
    const c = random.pick([-1, 0.5, 1]);
    return { name: `shift ${c}`, lib: ([x]) => x.add(c), eager: ([x]) => eager.shift(x, c) };
  },
  tanh: () => ({ name: 'tanh', needs: output, lib: ([x]) => x.tanh(), eager: ([x]) => eager.tanh(x) }),
  exp: (_, [x]) =>
    largest(x) > 2 ? null : { name: 'exp', needs: output, lib: ([x]) => x.exp(), eager: ([x]) => eager.exp(x) },
  square: () => ({ name: 'square', needs: () => [0], lib: ([x]) => x.square(), eager: ([x]) => eager.square(x) }),
  softmax: (random, [x]) => {
    if (x.dims.length === 0 || largest(x) > 5) return null;
    const axis = random.below(x.dims.length);
    return { name: `softmax ${axis}`, needs: () => [-1, 0], lib: ([x]) => x.softmax(axis), eager: ([x]) => eager.softmax(x, axis) }; // prettier-ignore
  },
  matmul: (_, [a, b]) =>
    a.dims.length !== 2 || b.dims.length !== 2 || a.dims[1] !== b.dims[0]
      ? null
      : { name: 'matmul', needs: other, lib: ([x, y]) => x.matmul(y), eager: ([x, y]) => eager.matmul(x, y) },
  transpose: (_, [x]) =>
    x.dims.length !== 2
      ? null
      : { name: 'transpose', isView: true, lib: ([x]) => x.transpose(), eager: ([x]) => eager.transpose(x) },
  reshape: (random, [x]) => {
    const n = x.size;
    const options = [[n], [1, n], [n, 1], ...[2, 3].filter((d) => n % d === 0).map((d) => [d, n / d])];
    const dims = random.pick(options);
    return { name: `reshape ${dims.join()}`, isView: true, lib: ([x]) => x.reshape(dims), eager: ([x]) => eager.reshape(x, dims) }; // prettier-ignore
  },
  sum: (random, [x]) => {
    const axis = random.below(x.dims.length + 1);
    return axis === x.dims.length
      ? { name: 'sum', isView: axis === 0, lib: ([x]) => x.sum(), eager: ([x]) => eager.sum(x, null) }
      : { name: `sum ${axis}`, lib: ([x]) => x.sum(axis), eager: ([x]) => eager.sum(x, axis) };
  },
  slice: (random, [x]) => {
    if (x.dims.length === 0) return null;
    const axis = random.below(x.dims.length);
    const [start, step] = [random.below(x.dims[axis]), 1 + random.below(2)];
    const count = Math.ceil((x.dims[axis] - start) / step);
    const window = { axis, start, step, count };
    return { name: `slice ${axis} ${start} ${step}`, isView: true, lib: ([x]) => x.slice(axis, start, undefined, step), eager: ([x]) => eager.slice(x, window) }; // prettier-ignore
  },
  flip: (random, [x]) => {
    if (x.dims.length === 0) return null;
    const axis = random.below(x.dims.length);
    const window = { axis, start: x.dims[axis] - 1, step: -1, count: x.dims[axis] };
    return { name: `flip ${axis}`, isView: true, lib: ([x]) => x.flip(axis), eager: ([x]) => eager.slice(x, window) };
  },
  pad: (random, [x]) => {
    if (x.dims.length === 0) return null;
    const [before, after, axis] = [random.below(3), random.below(2), x.dims.length - 1];
    const dims = x.dims.map((d, i) => (i === axis ? before + d + after : d));
    const window = { axis, start: before, step: 1, count: x.dims[axis] };
    return { name: `pad ${before} ${after}`, isView: before + after === 0, lib: ([x]) => x.pad([before, after]), eager: ([x]) => eager.place(x, dims, window) }; // prettier-ignore
  },
};
export const unaryNames = ['scale', 'shift', 'tanh', 'exp', 'square', 'softmax', 'transpose', 'reshape', 'sum', 'slice', 'flip', 'pad']; // prettier-ignore
export const binaryNames = ['add', 'sub', 'mul', 'matmul'];

const growing = ['square', 'mul', 'matmul', 'scale', 'sum'];

/** An operation of that name for these inputs, null where it does not fit; what would grow too large is squashed instead. */
export function operation(name: string, random: Random, inputs: readonly Value[]): Operation | null {
  const made = makers[name](random, inputs);
  if (growing.includes(name) && inputs.some((x) => largest(x) > 20))
    return { ...makers.tanh(random, inputs)!, arity: 1 };
  return made && { ...made, arity: inputs.length };
}
