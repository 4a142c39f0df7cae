import { indices, position, sizeOf, unravel, type Naive, type Pick } from './naive';

/** What a padded element comes from: nowhere. */
export const nowhere = -1;

interface Movement {
  /** Arguments that fit the shape, or null where none do. */
  readonly choose: (shape: readonly number[], pick: Pick) => unknown[] | null;
  readonly apply: (x: Naive, ...args: any[]) => Naive;
}

const signed = (axis: number, rank: number, pick: Pick) => (pick(2) ? axis : axis - rank);
const from = (axis: number, rank: number) => (axis < 0 ? axis + rank : axis);
const replaced = (list: readonly number[], axis: number, value: number) => list.map((x, i) => (i === axis ? value : x));
const without = (list: readonly number[], axis: number) => list.filter((_, i) => i !== axis);
const inserted = (list: readonly number[], axis: number, value: number) => [
  ...list.slice(0, axis),
  value,
  ...list.slice(axis),
];

function shuffled(rank: number, pick: Pick): number[] {
  const rest = Array.from({ length: rank }, (_, i) => i);
  return Array.from({ length: rank }, () => rest.splice(pick(rest.length), 1)[0]!);
}

function factors(size: number, pick: Pick): number[] {
  if (size === 0) return shuffled(3, pick).map((i) => [0, 1, 3][i]!);
  const dims: number[] = [];
  for (let left = size, n = pick(4); n >= 0; n--) {
    const divisors = Array.from({ length: left }, (_, i) => i + 1).filter((d) => left % d === 0);
    dims.push(n === 0 ? left : divisors[pick(divisors.length)]!);
    left /= dims.at(-1)!;
  }
  return pick(2) ? replaced(dims, pick(dims.length), -1) : dims;
}

function reshaped(x: Naive, shape: readonly number[]): Naive {
  return { shape, at: (index) => x.at(unravel(position(index, shape), x.shape)) };
}

/** start, end and count of Python's x[start:end:step]. */
function range(size: number, start: number, end: number, step: number): [first: number, count: number] {
  const list = Array.from({ length: size }, (_, i) => i).slice(start, end).filter((_, i) => i % step === 0); // prettier-ignore
  return [list[0] ?? 0, list.length];
}

function padded(x: Naive, pads: readonly number[]): Naive {
  const before = (axis: number) => pads[2 * (x.shape.length - 1 - axis)] ?? 0;
  const after = (axis: number) => pads[2 * (x.shape.length - 1 - axis) + 1] ?? 0;
  const inside = (i: number, axis: number) => i >= 0 && i < x.shape[axis]!;
  return {
    shape: x.shape.map((size, axis) => size + before(axis) + after(axis)),
    at: (index) => {
      const source = index.map((i, axis) => i - before(axis));
      return source.every(inside) ? x.at(source) : nowhere;
    },
  };
}

/** Every movement operation: how to choose arguments, and its definition. */
export const movements: Readonly<Record<string, Movement>> = {
  reshape: {
    choose: (shape, pick) => [factors(sizeOf(shape), pick)],
    apply: (x, dims: number[]) => {
      const known = dims.filter((d) => d !== -1);
      return reshaped(x, dims.map((d) => (d === -1 ? sizeOf(x.shape) / sizeOf(known) : d))); // prettier-ignore
    },
  },
  flatten: {
    choose: ({ length }, pick) => {
      if (length === 0) return [];
      const [a, b] = [pick(length), pick(length)];
      return [Math.min(a, b), Math.max(a, b) - (pick(2) ? length : 0)];
    },
    apply: (x, start = 0, end = -1) => {
      const last = from(end, x.shape.length);
      if (x.shape.length === 0) return reshaped(x, [1]);
      return reshaped(x, [...x.shape.slice(0, start), sizeOf(x.shape.slice(start, last + 1)), ...x.shape.slice(last + 1)]); // prettier-ignore
    },
  },
  permute: {
    choose: ({ length }, pick) => [shuffled(length, pick).map((axis) => signed(axis, length, pick))],
    apply: (x, order: number[]) => {
      const axes = order.map((axis) => from(axis, x.shape.length));
      return { shape: axes.map((a) => x.shape[a]!), at: (i) => x.at(x.shape.map((_, a) => i[axes.indexOf(a)]!)) };
    },
  },
  transpose: {
    choose: ({ length }, pick) => (length === 0 ? null : [signed(pick(length), length, pick), pick(length)]),
    apply: (x, i: number, j: number) => {
      const [a, b] = [from(i, x.shape.length), j];
      const swap = (list: readonly number[]) => replaced(replaced(list, a, list[b]!), b, list[a]!);
      return { shape: swap(x.shape), at: (index) => x.at(swap(index)) };
    },
  },
  flip: {
    choose: ({ length }, pick) => [shuffled(length, pick).filter(() => pick(2))],
    apply: (x, axes: number[]) => ({
      shape: x.shape,
      at: (index) => x.at(index.map((i, axis) => (axes.includes(axis) ? x.shape[axis]! - 1 - i : i))),
    }),
  },
  slice: {
    choose: (shape, pick) => {
      if (shape.length === 0) return null;
      const axis = pick(shape.length);
      const bound = () => pick(2 * shape[axis]! + 3) - shape[axis]! - 1;
      return [signed(axis, shape.length, pick), bound(), bound(), 1 + pick(3)];
    },
    apply: (x, at: number, start: number, end: number, step: number) => {
      const axis = from(at, x.shape.length);
      const [first, count] = range(x.shape[axis]!, start, end, step);
      return {
        shape: replaced(x.shape, axis, count),
        at: (i) => x.at(replaced(i, axis, first + i[axis]! * step)),
      };
    },
  },
  select: {
    choose: (shape, pick) => {
      const axis = shape.length === 0 ? 0 : pick(shape.length);
      return shape[axis] ? [axis, signed(pick(shape[axis]), shape[axis], pick)] : null;
    },
    apply: (x, axis: number, index: number) => ({
      shape: without(x.shape, axis),
      at: (i) => x.at(inserted(i, axis, from(index, x.shape[axis]!))),
    }),
  },
  squeeze: {
    choose: (shape, pick) => (shape.length === 0 || pick(2) ? [] : [pick(shape.length)]),
    apply: (x, axis?: number) =>
      reshaped(x, x.shape.filter((size, i) => size !== 1 || (axis !== undefined && i !== axis))), // prettier-ignore
  },
  unsqueeze: {
    choose: ({ length }, pick) => [signed(pick(length + 1), length + 1, pick)],
    apply: (x, axis: number) => reshaped(x, inserted(x.shape, from(axis, x.shape.length + 1), 1)),
  },
  expand: {
    choose: (shape, pick) => {
      const lead = Array.from({ length: shape.length > 3 ? 0 : pick(3) }, () => pick(3));
      return [[...lead, ...shape.map((size) => (size === 1 ? pick(4) : pick(2) ? size : -1))]];
    },
    apply: (x, dims: number[]) => {
      const extra = dims.length - x.shape.length;
      return {
        shape: dims.map((d, i) => (d === -1 ? x.shape[i - extra]! : d)),
        at: (index) => x.at(index.slice(extra).map((i, axis) => (x.shape[axis] === 1 ? 0 : i))),
      };
    },
  },
  pad: {
    choose: (shape, pick) => {
      const pairs = [...shape].reverse().slice(0, pick(shape.length + 1));
      return [pairs.flatMap((size) => (size > 1 && pick(3) === 0 ? [-1, pick(2) - 1] : [pick(3), pick(2)])), 7];
    },
    apply: padded,
  },
};

/** The positions in the original that the elements of a moved array come from. */
export const sourcesOf = (x: Naive) => indices(x.shape).map((index) => x.at(index));
