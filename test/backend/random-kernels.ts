import fc from 'fast-check';
import type { ComputeType } from '../../src/core/dtype';
import * as build from '../../src/expr/build';
import type { Expr } from '../../src/expr/expr';
import { broadcastView, contiguous, permuteView, sliceView } from '../../src/kernels/views';
import { kernelType, type Fold, type PlainKernel, type View } from '../../src/kernels/kernels';
import type { Backend, Program } from '../../src/backend/backend';

/** A kernel with the contents of its input buffers. */
export interface Sample {
  readonly kernel: PlainKernel;
  readonly buffers: readonly { dtype: ComputeType; values: readonly number[] }[];
}

const sizeOf = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

const numbers: Record<ComputeType, fc.Arbitrary<number>> = {
  float32: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: -400, max: 400 }).map((i) => i / 64) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 2 ** -140, 3e38, -1e-20).map(Math.fround),
    },
  ),
  int32: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: -9, max: 9 }) }, { weight: 1, arbitrary: fc.constantFrom(2 ** 31 - 1, -(2 ** 31), 65537) }), // prettier-ignore
  bool: fc.integer({ min: 0, max: 1 }),
};
/** Whole numbers, whose sums and products are exact in any order. */
const small = fc.integer({ min: -3, max: 3 });

export const shapes = (maxRank = 4): fc.Arbitrary<number[]> =>
  fc
    .array(
      fc.oneof(
        { weight: 8, arbitrary: fc.integer({ min: 1, max: 9 }) },
        { weight: 1, arbitrary: fc.constantFrom(0, 17, 70) },
      ),
      { maxLength: maxRank },
    ) // prettier-ignore
    .filter((dims) => sizeOf(dims) <= 3000);

/** A view with these dims of a buffer of its own: permuted, a slice with steps, backwards, repeated, or whole. */
export function viewOf(
  dims: readonly number[],
  buffer: number,
  dtype: ComputeType,
): fc.Arbitrary<{ view: View; size: number }> {
  const rank = dims.length;
  const flags = (weight: number) => fc.array(fc.integer({ min: 0, max: weight }).map((i) => i === 0), { minLength: rank, maxLength: rank }); // prettier-ignore
  return fc
    .record({
      repeat: flags(3),
      back: flags(3),
      step: flags(3),
      order: fc.shuffledSubarray([...dims.keys()], { minLength: rank, maxLength: rank }),
      whole: fc.boolean(),
    })
    .map((how) => {
      if (how.whole) return { view: contiguous(buffer, dtype, dims), size: sizeOf(dims) };
      const inverse = how.order.map((_, i) => how.order.indexOf(i));
      const used = dims.map((dim, i) => (how.repeat[i] && dim > 0 ? 1 : dim));
      const stored = how.order.map((axis) => (how.step[axis] ? 2 * used[axis]! + 1 : used[axis]!));
      const outer = permuteView(contiguous(buffer, dtype, stored), inverse);
      const step = used.map((_, i) => (how.step[i] ? 2 : 1) * (how.back[i] ? -1 : 1));
      const start = used.map((size, i) =>
        how.back[i] ? Math.max(0, size - 1) * Math.abs(step[i]!) : Number(how.step[i]),
      );
      const view = broadcastView(sliceView(outer, start, step, used), dims);
      return { view, size: sizeOf(stored) };
    });
}

const filled = (dtype: ComputeType, size: number, values: fc.Arbitrary<number> = numbers[dtype]) =>
  fc.array(values, { minLength: size, maxLength: size }).map((list) => ({ dtype, values: list }));

/** Views of these dims and their buffers, numbered from 0. */
function operands(dims: readonly number[], types: readonly ComputeType[], values?: fc.Arbitrary<number>) {
  return fc.tuple(...types.map((dtype, i) => viewOf(dims, i, dtype).chain(({ view, size }) => filled(dtype, size, values).map((buffer) => ({ view, buffer }))))); // prettier-ignore
}

/** Expressions whose value does not depend on how they are rounded: every backend must give the same bits. */
const exact: fc.Arbitrary<Expr> = fc.letrec<{ float: Expr; int: Expr; bool: Expr }>((tie) => ({
  float: fc.oneof({ maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(build.input(0, 'float32'), build.input(1, 'float32'), build.constant(0.75), build.constant(-2)),
    fc.tuple(fc.constantFrom(build.add, build.sub, build.mul, build.div, build.min, build.max), tie('float'), tie('float')).map(([op, a, b]) => op(a, b)),
    fc.tuple(fc.constantFrom(build.neg, build.abs, build.sqrt, build.floor, build.ceil, build.round), tie('float')).map(([op, a]) => op(a)),
    tie('int').map((a) => build.cast(a, 'float32')), tie('bool').map((a) => build.cast(a, 'float32')),
    fc.tuple(tie('bool'), tie('float'), tie('float')).map(([c, a, b]) => build.select(c, a, b))),
  int: fc.oneof({ maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(build.input(2, 'int32'), build.index, build.constant(5, 'int32'), build.constant(-3, 'int32')),
    fc.tuple(fc.constantFrom(build.add, build.sub, build.mul, build.div, build.min, build.max, build.bitAnd, build.bitOr, build.bitXor), tie('int'), tie('int')).map(([op, a, b]) => op(a, b)),
    fc.tuple(fc.constantFrom(build.neg, build.abs), tie('int')).map(([op, a]) => op(a)),
    fc.tuple(fc.constantFrom(build.shiftLeft, build.shiftRight), tie('int'), fc.integer({ min: 0, max: 31 })).map(([op, a, bits]) => op(a, bits)),
    tie('float').map(build.truncate), tie('bool').map((a) => build.cast(a, 'int32')),
    fc.tuple(tie('bool'), tie('int'), tie('int')).map(([c, a, b]) => build.select(c, a, b))),
  bool: fc.oneof({ maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(build.input(3, 'bool'), build.constant(1, 'bool')),
    fc.tuple(fc.constantFrom(build.eq, build.lt, build.le, build.gt, build.ne), tie('float'), tie('float')).map(([op, a, b]) => op(a, b)),
    fc.tuple(fc.constantFrom(build.eq, build.lt, build.le), tie('int'), tie('int')).map(([op, a, b]) => op(a, b)),
    fc.tuple(fc.constantFrom(build.and, build.or), tie('bool'), tie('bool')).map(([op, a, b]) => op(a, b)),
    tie('bool').map(build.not), tie('float').map((a) => build.cast(a, 'bool')), tie('int').map((a) => build.cast(a, 'bool'))),
})).float.chain((float) => fc.constantFrom(float, build.cast(float, 'bool'), build.truncate(float))); // prettier-ignore

export const maps: fc.Arbitrary<Sample> = fc.tuple(shapes(), exact).chain(([dims, expr]) =>
  operands(dims, ['float32', 'float32', 'int32', 'bool']).map((list) => ({
    kernel: { kind: 'map', dims, inputs: list.map((o) => o.view), expr },
    buffers: list.map((o) => o.buffer),
  })),
);

export const reductions: fc.Arbitrary<Sample> = fc
  .tuple(
    shapes(3),
    shapes(2),
    fc.constantFrom<Fold>('sum', 'prod', 'max', 'min', 'argmax', 'argmin'),
    fc.constantFrom<ComputeType>('float32', 'int32'),
    fc.boolean(),
  ) // prettier-ignore
  .filter(
    ([dims, over, fold]) =>
      sizeOf(dims) * sizeOf(over) <= 3000 && (fold === 'sum' || fold === 'prod' || !over.includes(0)),
  )
  .chain(([dims, over, fold, dtype, rough]) => {
    const values = fold === 'sum' || fold === 'prod' || !rough ? small : numbers[dtype];
    const factor = fold === 'prod' && dtype === 'float32' ? fc.constantFrom(1, -1, 2, 0.5) : values;
    return operands([...dims, ...over], [dtype, dtype], factor).map((list) => ({
      kernel: { kind: 'reduce', fold, dims, over, inputs: list.map((o) => o.view), expr: fold === 'prod' ? build.input(0, dtype) : build.add(build.input(0, dtype), build.input(1, dtype)) }, // prettier-ignore
      buffers: list.map((o) => o.buffer),
    }));
  });

export const products: fc.Arbitrary<Sample> = fc
  .record({ batch: shapes(2).filter((b) => sizeOf(b) <= 12), m: fc.integer({ min: 0, max: 40 }), n: fc.integer({ min: 0, max: 40 }), k: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant(300)) }) // prettier-ignore
  .filter(({ batch, m, n, k }) => sizeOf(batch) * (m + n) * k <= 12000)
  .chain(({ batch, m, n, k }) =>
    fc.tuple(operands([...batch, m, k], ['float32'], small), operands([...batch, k, n], ['float32'], small)).map(([[a], [b]]) => ({
      kernel: { kind: 'matmul', dims: [...batch, m, n], rows: 1, columns: 1, inputs: [a!.view, { ...b!.view, buffer: 1 }] },
      buffers: [a!.buffer, b!.buffer],
    })),
  ); // prettier-ignore

const withAxis = shapes().filter((dims) => dims.length > 0).chain((dims) => fc.tuple(fc.constant(dims), fc.nat(dims.length - 1))); // prettier-ignore

export const gathers: fc.Arbitrary<Sample> = fc
  .tuple(withAxis, fc.integer({ min: 1, max: 8 }), fc.constantFrom<ComputeType>('float32', 'int32', 'bool'))
  .chain(([[dims, axis], rows, dtype]) =>
    fc.tuple(operands(dims.map((dim, i) => (i === axis ? rows : dim)), [dtype]), operands(dims, ['int32'], fc.nat(rows - 1))).map(([[source], [index]]) => ({
      kernel: { kind: 'gather', dims, axis, inputs: [source!.view, { ...index!.view, buffer: 1 }] },
      buffers: [source!.buffer, index!.buffer],
    })),
  ); // prettier-ignore

export const scatters: fc.Arbitrary<Sample> = fc
  .tuple(withAxis, fc.integer({ min: 0, max: 8 }), fc.constantFrom<ComputeType>('float32', 'int32'))
  .filter(([[dims, axis]]) => dims[axis]! > 0)
  .chain(([[dims, axis], updates, dtype]) => {
    const update = dims.map((dim, i) => (i === axis ? updates : dim));
    return fc.tuple(operands(dims, [dtype], small), operands(update, ['int32'], fc.nat(dims[axis]! - 1)), operands(update, [dtype], small)).map(([[base], [index], [added]]) => ({
      kernel: { kind: 'scatterAdd', dims, axis, inputs: [base!.view, { ...index!.view, buffer: 1 }, { ...added!.view, buffer: 2 }] },
      buffers: [base!.buffer, index!.buffer, added!.buffer],
    }));
  }); // prettier-ignore

export const places: fc.Arbitrary<Sample> = fc
  .tuple(shapes().filter((dims) => dims.length > 0), fc.integer({ min: 1, max: 3 }), fc.constantFrom<ComputeType>('float32', 'int32', 'bool'), fc.integer({ min: 0, max: 1 }))
  .chain(([dims, step, dtype, fill]) =>
    fc.tuple(operands(dims, [dtype]), operands(dims, [dtype])).map(([[a], [b]]) => {
      const outer = dims.map((dim, i) => (i === 0 ? 2 * dim + 1 : dim * step + 2));
      const at = (first: number) => ({ start: dims.map((_, i) => (i === 0 ? first : 1)), step: dims.map((_, i) => (i === 0 ? 1 : step)) });
      return {
        kernel: { kind: 'place', dims: outer, fill, inputs: [a!.view, { ...b!.view, buffer: 1 }], parts: [at(0), at(dims[0]! + 1)] },
        buffers: [a!.buffer, b!.buffer],
      };
    }),
  ); // prettier-ignore

export const kinds = { maps, reductions, products, gathers, scatters, places };

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };

/** Runs the one kernel on a backend and gives its result. */
export function runOn(backend: Backend, { kernel, buffers }: Sample): number[] {
  const sizes = [...buffers.map((b) => b.values.length), sizeOf(kernel.dims)];
  let offset = 0;
  const placed = sizes.map((size, i) => {
    const at = offset;
    offset += Math.ceil((4 * size) / 64) * 64;
    return { dtype: buffers[i]?.dtype ?? kernelType(kernel), size, offset: at };
  });
  const program: Program = {
    buffers: placed,
    arenaBytes: offset,
    inputs: buffers.map((_, i) => i),
    scalars: [],
    steps: [{ kernel, outputs: [buffers.length], name: kernel.kind }],
    outputs: [{ buffer: buffers.length, resident: false }],
  };
  const cells = buffers.map(({ dtype, values }) => ({ data: arrays[dtype].from(values), resident: null }));
  const out = { data: null, resident: null } as { data: ArrayLike<number> | null; resident: null };
  backend.compile(program).run(cells, [], [out as never]);
  return Array.from(out.data!);
}
