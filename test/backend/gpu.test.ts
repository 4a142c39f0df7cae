import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGpuBackend, type Mode } from '../../src/backend/gpu';
import { createReferenceBackend } from '../../src/backend/reference';
import { constant, erf, fma, index, input, mul } from '../../src/expr/build';
import type { Expr } from '../../src/expr/expr';
import { normal, uniform } from '../../src/expr/random';
import type { ComputeType } from '../../src/core/dtype';
import type { Fold, Kernel } from '../../src/kernels/kernels';
import { contiguous } from '../../src/kernels/views';
import { anyExpr, anyOperation, elementwise, inputTypes, signatures, type Operation } from './gpu-expressions';
import { kinds, runOn, type Sample } from './random-kernels';

const reference = createReferenceBackend({ precision: 'float32' });

/** fma rounds once in the reference; erf is a polynomial here. */
const approximate: readonly Operation[] = ['erf', 'fma'];
const operations = Object.keys(signatures) as Operation[];
const exact = operations.filter((op) => !approximate.includes(op));
const cases = (ops: readonly Operation[]) => ops.flatMap((op) => signatures[op].map((types) => [op, types] as const));

describe.each<Mode>(['cpu', 'webasm'])('gpu:%s', async (mode) => {
  const gpu = await createGpuBackend(mode, reference);
  const agree = (sample: Sample): void => void expect(runOn(gpu, sample)).toEqual(runOn(reference, sample));

  it.each(Object.entries(kinds))('%s give the numbers that the reference gives', (_, samples) => {
    const withoutSign = (list: number[]) => list.map((x) => (x === 0 ? 0 : x)); // sums may begin with 0 or -0
    const check = (sample: Sample): void =>
      void expect(withoutSign(runOn(gpu, sample))).toEqual(withoutSign(runOn(reference, sample)));
    fc.assert(fc.property(samples, check), { seed: 1, numRuns: 50 });
  });

  it.each(cases(exact))('%s %j gives the same bits', (op, types) => {
    const expr = anyOperation(op, types, (type, k) => fc.constant(input(k, type)));
    const samples = expr.chain((e) => elementwise(e, types.slice(1), 400));
    fc.assert(fc.property(samples, agree), { seed: 1, numRuns: 4 });
  });

  it.each(['float32', 'int32', 'bool'] as const)('expressions of %s give the same bits', (type) => {
    const samples = anyExpr(type, exact, 4).chain((expr) => elementwise(expr, inputTypes, 9));
    fc.assert(fc.property(samples, agree), { seed: 1, numRuns: 100 });
  });

  it.each(Object.entries({ uniform, normal }))('%s random numbers have the same bits', (_, expr) => {
    const word = (k: number) => ({ ...contiguous(k, 'int32', [1]), dims: [999], strides: [0] });
    const buffers = [-123456789, 2 ** 31 - 1, 5].map((n) => ({ dtype: 'int32' as const, values: [n] }));
    agree({ kernel: { kind: 'map', dims: [999], inputs: [0, 1, 2].map(word), expr }, buffers });
  });

  it('erf is right to a few units in the last place', () => {
    const values = Array.from({ length: 12_001 }, (_, i) => (i - 6000) / 1000).concat(1e-30, -1e-40, NaN, Infinity);
    const sample = floats(erf(input(0, 'float32')), values);
    const [ours, exactly] = [runOn(gpu, sample), runOn(reference, sample)];
    const error = (y: number, i: number) => Math.abs(ours[i] - y) / Math.max(Math.abs(y), 2 ** -126);
    expect(ours.findIndex(Number.isNaN)).toBe(exactly.findIndex(Number.isNaN));
    expect(Math.max(...exactly.map((y, i) => error(y, i) || 0))).toBeLessThan(3e-7);
  });

  it('fma is a product and a sum, rounded once or twice', () => {
    fc.assert(
      fc.property(elementwise(fma(input(0, 'float32'), input(1, 'float32'), input(2, 'float32')), ['float32', 'float32', 'float32'], 50), (sample) => {
        const [a, b, c] = sample.buffers.map(({ values }) => values.map(Math.fround));
        const [ours, exactly] = [runOn(gpu, sample), runOn(reference, sample)];
        exactly.forEach((y, i) => {
          const size = Math.abs(a[i] * b[i]) + Math.abs(c[i]);
          if (size < 2 ** 127) expect(Math.abs(ours[i] - y)).toBeLessThanOrEqual(2 ** -23 * size + 2 ** -149);
        });
      }),
      { seed: 1, numRuns: 20 },
    ); // prettier-ignore
  });

  it.each<[Fold, ComputeType, number[]]>([
    ['max', 'float32', [-Infinity, -Infinity]],
    ['argmax', 'float32', [-Infinity, NaN, Infinity, NaN]],
    ['argmin', 'float32', [3, NaN, -Infinity]],
    ['min', 'float32', [1, NaN, -1]],
    ['argmax', 'float32', [1, 2, 2]],
    ['sum', 'float32', [1, Infinity, -Infinity]],
    ['max', 'int32', [-(2 ** 31), 2 ** 24, 2 ** 24 + 1]],
    ['argmin', 'int32', [2 ** 31 - 1, 2 ** 31 - 1]],
    ['sum', 'int32', [2 ** 31 - 1, 2 ** 31 - 1, 5]],
    ['prod', 'int32', [65537, 65537]],
    ['max', 'bool', [0, 0, 1]],
    ['min', 'bool', [1, 0, 1]],
    ['sum', 'float32', []],
    ['prod', 'float32', []],
  ])('%s of %s %j', (fold, dtype, values) => {
    const inputs = [contiguous(0, dtype, [values.length])];
    const kernel: Kernel = { kind: 'reduce', fold, dims: [], over: [values.length], inputs, expr: input(0, dtype) };
    agree({ kernel, buffers: [{ dtype, values }] });
  });

  it('a reduction may read its position and nothing else', () => {
    const expr = mul(index, constant(3, 'int32'));
    agree({ kernel: { kind: 'reduce', fold: 'sum', dims: [2, 3], over: [5, 41], inputs: [], expr }, buffers: [] });
  });

  it('updates may cover a corner of what they are added to', () => {
    const kernel: Kernel = {
      kind: 'scatterAdd',
      dims: [3, 4, 2],
      axis: 1,
      inputs: [contiguous(0, 'int32', [3, 4, 2]), contiguous(1, 'int32', [2, 5, 1]), contiguous(2, 'int32', [2, 5, 1])],
    };
    const base = Array.from({ length: 24 }, (_, i) => i * 100);
    const update = Array.from({ length: 10 }, (_, i) => 2 ** 24 + i);
    const values = [base, [0, 3, 3, 1, 3, 2, 2, 2, 2, 2], update];
    agree({ kernel, buffers: values.map((list) => ({ dtype: 'int32', values: list })) });
  });

  it.each([0, -0, NaN, -Infinity, 2 ** -149])('parts lie in a filling of %d, with steps and backwards', (fill) => {
    const inputs = [
      contiguous(0, 'float32', [2, 3]),
      contiguous(1, 'float32', [1, 2]),
      contiguous(2, 'float32', [0, 2]),
    ];
    const parts = [
      { start: [4, 1], step: [-3, 2] },
      { start: [3, 5], step: [1, -5] },
      { start: [0, 0], step: [1, 1] },
    ];
    const buffers = [6, 2, 0].map((size, k) => ({ dtype: 'float32' as const, values: Array(size).fill(0).map((_, i) => 10 * k + i) })); // prettier-ignore
    agree({ kernel: { kind: 'place', dims: [5, 7], fill, inputs, parts }, buffers });
  });
});

const floats = (expr: Expr, values: readonly number[]): Sample => ({
  kernel: { kind: 'map', dims: [values.length], inputs: [contiguous(0, 'float32', [values.length])], expr },
  buffers: [{ dtype: 'float32', values }],
});
