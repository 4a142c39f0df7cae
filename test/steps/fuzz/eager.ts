import type { Leaf } from './ledger';

/**
 * The oracle: autograd as PyTorch does it, in double precision and at once. It shares nothing with the library: a value is
 * there when its operation returns, and stays as it is.
 */
export type Rule = (g: Value, y: Value) => readonly (Value | null)[];

let recording = true;

export class Value {
  /** The inputs that gradients flow to, as they were when this was computed. */
  tracked: readonly Value[];
  requiresGrad: boolean;
  /** For leaves: where gradients collect. */
  leaf: Leaf | null = null;
  released = false;

  constructor(
    readonly data: Float64Array,
    readonly dims: readonly number[],
    readonly inputs: readonly Value[] = [],
    readonly rule: Rule | null = null,
  ) {
    this.tracked = recording && rule !== null ? inputs.filter((x) => x.requiresGrad) : [];
    this.requiresGrad = this.tracked.length > 0;
  }
  get size(): number {
    return this.data.length;
  }
}

export function withoutGradients<T>(fn: () => T): T {
  const before = recording;
  recording = false;
  try {
    return fn();
  } finally {
    recording = before;
  }
}

const product = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);
const stridesOf = (dims: readonly number[]) => dims.map((_, i) => product(dims.slice(i + 1)));

const known = new Map<string, readonly (readonly number[])[]>();
/** All positions in a shape, row by row. */
function positions(dims: readonly number[]): readonly (readonly number[])[] {
  const key = dims.join();
  let found = known.get(key);
  if (found === undefined) {
    const strides = stridesOf(dims);
    found = Array.from({ length: product(dims) }, (_, i) => strides.map((s, axis) => Math.floor(i / s) % dims[axis]));
    known.set(key, found);
  }
  return found;
}

/** A value whose element at each position of `dims` is `f(position)`. */
function build(
  dims: readonly number[],
  f: (at: readonly number[]) => number,
  inputs: readonly Value[],
  rule: Rule,
): Value {
  return new Value(Float64Array.from(positions(dims), f), dims, inputs, rule);
}

/** Reads x at a position of a shape that x broadcasts to. */
function reader(x: Value): (at: readonly number[]) => number {
  const strides = stridesOf(x.dims).map((s, i) => (x.dims[i] === 1 ? 0 : s));
  return (at) => {
    let [place, skip] = [0, at.length - strides.length];
    for (const s of strides) place += s * at[skip++];
    return x.data[place];
  };
}

export function broadcastDims(a: readonly number[], b: readonly number[]): number[] | null {
  const rank = Math.max(a.length, b.length);
  const dims = Array.from({ length: rank }, (_, i) => [a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1]);
  return dims.every(([x, y]) => x === y || x === 1 || y === 1) ? dims.map(([x, y]) => (x === 1 ? y : x)) : null;
}

function zip(a: Value, b: Value, f: (x: number, y: number) => number, rule: Rule): Value {
  const [x, y] = [reader(a), reader(b)];
  return build(broadcastDims(a.dims, b.dims)!, (at) => f(x(at), y(at)), [a, b], rule);
}
function each(x: Value, f: (x: number) => number, rule: Rule): Value {
  return new Value(x.data.map(f), x.dims, [x], rule);
}

export const add = (a: Value, b: Value): Value => zip(a, b, (x, y) => x + y, (g) => [sumTo(g, a.dims), sumTo(g, b.dims)]); // prettier-ignore
export const sub = (a: Value, b: Value): Value => zip(a, b, (x, y) => x - y, (g) => [sumTo(g, a.dims), sumTo(scale(g, -1), b.dims)]); // prettier-ignore
export const mul = (a: Value, b: Value): Value => zip(a, b, (x, y) => x * y, (g) => [sumTo(mul(g, b), a.dims), sumTo(mul(g, a), b.dims)]); // prettier-ignore
export const scale = (x: Value, c: number): Value => each(x, (v) => v * c, (g) => [scale(g, c)]); // prettier-ignore
export const shift = (x: Value, c: number): Value => each(x, (v) => v + c, (g) => [g]); // prettier-ignore
export const tanh = (x: Value): Value => each(x, Math.tanh, (g, y) => [mul(g, shift(scale(mul(y, y), -1), 1))]);
export const exp = (x: Value): Value => each(x, Math.exp, (g, y) => [mul(g, y)]);
export const square = (x: Value): Value => each(x, (v) => v * v, (g) => [mul(g, scale(x, 2))]); // prettier-ignore
export const detach = (x: Value): Value => new Value(x.data, x.dims, [x]);

/** Summed over what was broadcast. */
export function sumTo(x: Value, dims: readonly number[]): Value {
  if (dims.join() === x.dims.join()) return x;
  const data = new Float64Array(product(dims));
  const [out, skip] = [stridesOf(dims), x.dims.length - dims.length];
  positions(x.dims).forEach((at, i) => {
    data[out.reduce((sum, s, axis) => sum + (dims[axis] === 1 ? 0 : at[axis + skip] * s), 0)] += x.data[i];
  });
  return new Value(data, dims, [x], (g) => [expand(g, x.dims)]);
}
export function expand(x: Value, dims: readonly number[]): Value {
  return dims.join() === x.dims.join() ? x : build(dims, reader(x), [x], (g) => [sumTo(g, x.dims)]);
}
export function reshape(x: Value, dims: readonly number[]): Value {
  return new Value(x.data, dims, [x], (g) => [reshape(g, x.dims)]);
}
export function sum(x: Value, axis: number | null): Value {
  const kept = x.dims.map((dim, i) => (axis === null || i === axis ? 1 : dim));
  return reshape(sumTo(x, kept), axis === null ? [] : x.dims.filter((_, i) => i !== axis));
}
export function transpose(x: Value): Value {
  const read = reader(x);
  return build(
    [x.dims[1], x.dims[0]],
    ([i, j]) => read([j, i]),
    [x],
    (g) => [transpose(g)],
  );
}
export function matmul(a: Value, b: Value): Value {
  const [x, y, inner] = [reader(a), reader(b), a.dims[1]];
  const dot = (i: number, j: number) => {
    let total = 0;
    for (let k = 0; k < inner; k++) total += x([i, k]) * y([k, j]);
    return total;
  };
  return build([a.dims[0], b.dims[1]], ([i, j]) => dot(i, j), [a, b], (g) => [matmul(g, transpose(b)), matmul(transpose(a), g)]); // prettier-ignore
}

/** Elements start, start + step, ... along one axis. */
export interface Window {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
  readonly count: number;
}
const moved = (at: readonly number[], { axis, start, step }: Window) => at.map((c, i) => (i === axis ? start + c * step : c)); // prettier-ignore

export function slice(x: Value, window: Window): Value {
  const read = reader(x);
  const dims = x.dims.map((dim, i) => (i === window.axis ? window.count : dim));
  return build(
    dims,
    (at) => read(moved(at, window)),
    [x],
    (g) => [place(g, x.dims, window)],
  );
}
/** x in a window of zeros. */
export function place(x: Value, dims: readonly number[], window: Window): Value {
  const [data, out] = [new Float64Array(product(dims)), stridesOf(dims)];
  positions(x.dims).forEach((at, i) => {
    data[moved(at, window).reduce((sum, c, axis) => sum + c * out[axis], 0)] = x.data[i];
  });
  return new Value(data, dims, [x], (g) => [slice(g, window)]);
}
export function concatenate(a: Value, b: Value, axis: number): Value {
  const [m, n] = [a.dims[axis], b.dims[axis]];
  const [first, second] = [{ axis, start: 0, step: 1, count: m }, { axis, start: m, step: 1, count: n }]; // prettier-ignore
  const dims = a.dims.map((dim, i) => (i === axis ? m + n : dim));
  const both = withoutGradients(() => add(place(a, dims, first), place(b, dims, second)));
  return new Value(both.data, dims, [a, b], (g) => [slice(g, first), slice(g, second)]);
}
export function softmax(x: Value, axis: number): Value {
  const kept = x.dims.map((dim, i) => (i === axis ? 1 : dim));
  const total = (v: Value) => sumTo(v, kept);
  const e = withoutGradients(() => exp(x));
  const y = withoutGradients(() => zip(e, total(e), (p, q) => p / q, () => [])); // prettier-ignore
  return new Value(y.data, x.dims, [x], (g, y) => [mul(y, sub(g, expand(total(mul(g, y)), x.dims)))]);
}

/** Everything that gradients flow through on their way from the root, inputs first. */
export function walked(root: Value): Value[] {
  const order = new Set<Value>();
  const visit = (x: Value): void => {
    if (order.has(x)) return;
    if (x.leaf === null) x.tracked.forEach(visit);
    order.add(x);
  };
  visit(root);
  return [...order];
}

/** The gradient of the root's sum with respect to everything that it flows through. */
export function gradients(root: Value, createGraph: boolean): Map<Value, Value> {
  const run = () => {
    const found = new Map([[root, new Value(new Float64Array(root.size).fill(1), root.dims)]]);
    for (const x of walked(root).reverse()) {
      const g = found.get(x);
      if (g === undefined || x.leaf !== null || x.rule === null) continue;
      x.rule(g, x).forEach((flow, i) => {
        const input = x.inputs[i];
        if (flow === null || !x.tracked.includes(input)) return;
        const before = found.get(input);
        found.set(input, before ? add(before, flow) : flow);
      });
    }
    return found;
  };
  return createGraph ? run() : withoutGradients(run);
}
