import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '../../src/backend/reference';
import { createWasmBackend, isWasmSupported } from '../../src/backend/wasm';
import * as build from '../../src/expr/build';
import type { Expr } from '../../src/expr/expr';
import { normal, uniform } from '../../src/expr/random';
import { contiguous } from '../../src/kernels/views';
import { kinds, runOn, type Sample } from './random-kernels';

const wasm = createWasmBackend();
const reference = createReferenceBackend({ precision: 'float32' });

it('runs here', () => expect(isWasmSupported()).toBe(true));

describe('any kernel gives the bits that the reference gives', () => {
  for (const [kind, samples] of Object.entries(kinds))
    it(kind, () => {
      const agree = (sample: Sample): void => expect(same(runOn(wasm, sample))).toEqual(same(runOn(reference, sample)));
      fc.assert(
        fc.property(samples, (sample) => void agree(sample)),
        { seed: 1, numRuns: 400 },
      );
    });
});

/** -0 and 0 are told apart where a kernel computes them; sums may begin with either. */
const same = (values: number[]): number[] => values.map((x) => (x === 0 ? 0 : x));

const elementwise = (expr: Expr, ...lists: number[][]): Sample => ({
  kernel: { kind: 'map', dims: [lists[0]!.length], inputs: lists.map((list, i) => contiguous(i, 'float32', [list.length])), expr }, // prettier-ignore
  buffers: lists.map((values) => ({ dtype: 'float32', values })),
});

it('random numbers have the same bits', () => {
  for (const expr of [uniform, normal]) {
    const view = (buffer: number) => ({ ...contiguous(buffer, 'int32', [1]), dims: [4099], strides: [0] });
    const sample: Sample = {
      kernel: { kind: 'map', dims: [4099], inputs: [view(0), view(1), view(2)], expr },
      buffers: [7, 11, 3].map((value) => ({ dtype: 'int32', values: [value] })),
    };
    expect(runOn(wasm, sample)).toEqual(runOn(reference, sample));
  }
});

const bits = new Int32Array(1);
const float = new Float32Array(bits.buffer);
const fromBits = (word: number): number => ((bits[0] = word), float[0]!);
function ulp(x: number): number {
  float[0] = Math.abs(x);
  bits[0]!++;
  return float[0]! - Math.abs(Math.fround(x));
}

/** Every `step`-th float32 from -infinity to infinity, NaN included. */
function sweep(step: number): number[] {
  const list = [0, -0, Infinity, -Infinity, NaN];
  for (let word = -(2 ** 31); word < 2 ** 31; word += step) list.push(fromBits(word | 0));
  return list;
}

/** The largest error in units of the last place, and where; results that are denormal may be 0. */
function worst(
  expr: Expr,
  exact: (x: number, y: number) => number,
  xs: number[],
  ys: number[] = xs,
): { error: number; at: string } {
  const values = runOn(wasm, elementwise(expr, xs, ys));
  let found = { error: 0, at: '' };
  values.forEach((value, i) => {
    const wanted = exact(xs[i]!, ys[i]!);
    const rounded = Math.fround(wanted);
    if (Object.is(value, rounded) || (Number.isNaN(value) && Number.isNaN(rounded))) return;
    const tiny = Math.abs(rounded) < 2 ** -126 && Math.abs(value) < 2 ** -126 * 1.0001;
    const error = tiny
      ? 0
      : Number.isFinite(rounded) && Number.isFinite(value)
        ? Math.abs(value - wanted) / ulp(wanted)
        : Infinity;
    if (!(error <= found.error)) found = { error, at: `${xs[i]}, ${ys[i]}: ${value}, exactly ${wanted}` };
  });
  return found;
}

describe('functions are accurate over the whole range', () => {
  const x = build.input(0, 'float32');
  const y = build.input(1, 'float32');
  const all = sweep(9973);
  const cases: [string, Expr, (x: number, y: number) => number, number, number[]][] = [
    ['exp', build.exp(x), Math.exp, 2, all],
    ['log', build.log(x), Math.log, 2, all],
    ['tanh', build.tanh(x), Math.tanh, 2, all],
    ['sin', build.sin(x), Math.sin, 2, all.filter((v) => !(Math.abs(v) > 1e4))],
    ['cos', build.cos(x), Math.cos, 2, all.filter((v) => !(Math.abs(v) > 1e4))],
  ];
  it.each(cases)('%s', (_, expr, exact, limit, xs) => {
    const { error, at } = worst(expr, exact, xs);
    expect(error, at).toBeLessThanOrEqual(limit);
  });

  it('pow', () => {
    const bases = [
      0,
      -0,
      1,
      -1,
      2,
      -2,
      0.5,
      -0.5,
      3,
      -3,
      1.5,
      10,
      -7,
      1e-3,
      1e20,
      Infinity,
      -Infinity,
      NaN,
      2 ** -120,
      0.99,
      1.01,
    ];
    const exponents = [
      0,
      -0,
      1,
      -1,
      2,
      3,
      -2,
      -3,
      0.5,
      -0.5,
      1.5,
      7,
      10,
      -10,
      33,
      Infinity,
      -Infinity,
      NaN,
      1e10,
      2 ** 24 + 2,
    ];
    const pairs = bases.flatMap((a) => exponents.map((b) => [Math.fround(a), Math.fround(b)] as const));
    const { error, at } = worst(build.pow(x, y), power, pairs.map(([a]) => a), pairs.map(([, b]) => b)); // prettier-ignore
    expect(error, at).toBeLessThanOrEqual(128);
  });
});

/** C's pow, which JavaScript's differs from at 1 and -1. */
const power = (x: number, y: number): number => (x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y);
