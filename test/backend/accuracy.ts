import { createWasmBackend, isWasmSupported } from '../../src/backend/wasm';
import * as build from '../../src/expr/build';
import { erf } from '../../src/expr/erf';
import type { Expr } from '../../src/expr/expr';
import { contiguous } from '../../src/kernels/views';
import { elementwiseTable } from '../../src/ops/elementwise-table';
import { runOn } from './random-kernels';

/** Functions of the wasm backend, what they are exactly, and how far from that they may be, in units of `unit`. */
export interface Promised {
  readonly expr: Expr;
  readonly exact: (x: number, y: number) => number;
  readonly limit: number;
  /** Default: the last place of the exact result. */
  readonly unit?: (x: number) => number;
  /** Largest |x| for which anything is promised. */
  readonly reach?: number;
}

const x = build.input(0, 'float32');
const y = build.input(1, 'float32');
const ofGelu = (v: number): number => 2 ** -22 * Math.max(1, Math.abs(v));
const { sigmoid, gelu, geluTanh } = elementwiseTable;

export const functions = {
  exp: { expr: build.exp(x), exact: Math.exp, limit: 2 },
  log: { expr: build.log(x), exact: Math.log, limit: 2 },
  tanh: { expr: build.tanh(x), exact: Math.tanh, limit: 2 },
  sin: { expr: build.sin(x), exact: Math.sin, limit: 2, reach: 1e4 },
  cos: { expr: build.cos(x), exact: Math.cos, limit: 2, reach: 1e4 },
  erf: { expr: build.erf(x), exact: erf, limit: 8 },
  sigmoid: { expr: sigmoid.forward(x), exact: (v) => 1 / (1 + Math.exp(-v)), limit: 3 },
  gelu: { expr: gelu.forward(x), exact: (v) => 0.5 * v * (1 + erf(v * Math.SQRT1_2)), limit: 1, unit: ofGelu },
  'gelu by tanh': {
    expr: geluTanh.forward(x),
    exact: (v) => 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3))),
    limit: 1,
    unit: ofGelu,
  },
} satisfies Record<string, Promised>;

/** C's and PyTorch's pow, which JavaScript's differs from at 1 and -1. */
const power = (a: number, b: number): number => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b);
export const pow: Promised = { expr: build.pow(x, y), exact: power, limit: 128 };
/** x * x + y. */
export const multiplyAdd = build.fma(x, x, y);

const word = new Int32Array(1);
const float = new Float32Array(word.buffer);
const fromBits = (bits: number): number => ((word[0] = bits), float[0]!);
const bitsOf = (value: number): number => ((float[0] = value), word[0]!);

/** Where a function changes branch, saturates, overflows or has a zero, here and in what it is made of. */
const edges = [0.3125, 0.34657359, 0.5, 0.625, Math.SQRT1_2, Math.PI / 4, 1, Math.SQRT2, Math.PI / 2, 2, Math.PI, 4, 5.66, 8.3, 9.01, 17.33, 87.33654, 88.72283, 103.97, 9999, 2 ** 24, 2 ** 31]; // prettier-ignore

/**
 * Every `step`-th float32, of both signs; as densely as that makes it from 1 to 2, evenly from -96 to 96; and `around`
 * neighbours of each edge and of both ends of the normal numbers.
 */
export function points(step: number, around: number): number[] {
  const list = [0, -0, Infinity, -Infinity, NaN];
  for (let bits = -(2 ** 31); bits < 2 ** 31; bits += step) list.push(fromBits(bits | 0));
  for (let v = -96; v < 96; v += step / 2 ** 23) list.push(Math.fround(v));
  for (const centre of [0, 0x00800000, 0x7f7fffff, ...edges.map(bitsOf)])
    for (let k = Math.max(0, centre - around); k <= centre + around; k++) list.push(fromBits(k), -fromBits(k));
  return list;
}

/** Bases and exponents whose power lies anywhere, most of them near the ends of float32's range. */
export function pairs(count: number, seed: number): [x: number, y: number][] {
  const random = () => ((seed = (Math.imul(seed, 1664525) + 1013904223) | 0), seed >>> 0) / 2 ** 32;
  return Array.from({ length: count }, (_, i) => {
    const base = [fromBits(Math.floor(random() * 0x7f800000)), 0.5 + 1.5 * random(), 2 ** (40 * random() - 20)][i % 3]!;
    const far = random() ** 4 * 5;
    const logarithm = [88.7229 - far, -87.3366 + far, 190 * random() - 100][Math.floor(3 * random())]!;
    const exponent = logarithm / Math.log(Math.fround(base));
    return i % 50 === 0 ? [-Math.fround(base), Math.round(exponent)] : [Math.fround(base), Math.fround(exponent)];
  });
}

/** The distance of neighbouring float32 at a number, which need not be one. */
const lastPlace = (v: number): number => 2 ** (Math.max(-126, Math.min(127, exponentOf(v))) - 23);
const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);
const exponentOf = (v: number): number => ((double[0] = Math.abs(v)), (halves[1]! >>> 20) - 1023);

/** How far a result is from the exact one in those units. Denormals may be 0; what overflows counts as 2^128. */
export function errorOf(value: number, wanted: number, unit = lastPlace(wanted)): number {
  if (Object.is(value, Math.fround(wanted))) return 0;
  if (Math.abs(wanted) < 2 ** -126 && value === 0) return Object.is(value, 0 * Math.sign(wanted)) ? 0 : Infinity;
  if (!Number.isFinite(wanted) || Number.isNaN(value)) return Infinity;
  return Math.abs((Number.isFinite(value) ? value : Math.sign(value) * 2 ** 128) - wanted) / unit;
}

isWasmSupported(); // switches multiply-add on where it waits behind a flag
const wasm = createWasmBackend();

/** What the wasm backend computes at every point. */
export function evaluate(expr: Expr, xs: readonly number[], ys: readonly number[] = xs): number[] {
  const inputs = [0, 1].map((i) => contiguous(i, 'float32', [xs.length]));
  const buffers = [xs, ys].map((values) => ({ dtype: 'float32' as const, values }));
  return runOn(wasm, { kernel: { kind: 'map', dims: [xs.length], inputs, expr }, buffers });
}

/** The largest error, and where. */
export function worst(
  promised: Promised,
  xs: readonly number[],
  ys: readonly number[] = xs,
): { error: number; at: string } {
  const { expr, exact, unit, reach = Infinity } = promised;
  let found = { error: 0, at: '' };
  evaluate(expr, xs, ys).forEach((value, i) => {
    const [a, b] = [xs[i]!, ys[i]!];
    if (Math.abs(a) > reach && Number.isFinite(a)) return;
    const wanted = exact(a, b);
    // an absolute limit asks for no sign of zero
    const error = unit && value === wanted ? 0 : errorOf(value, wanted, unit?.(a));
    if (!(error <= found.error)) found = { error, at: `${a}, ${b}: ${value}, exactly ${wanted}` };
  });
  return found;
}
