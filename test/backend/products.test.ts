import type * as Decograd from 'decograd';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Tensor } from 'decograd';
import type * as Features from '../../src/backend/wasm/features';
import { leftWay, type LeftWay } from '../../src/backend/wasm/gemm-reading';
import { collapse } from '../../src/kernels/views';

/** What an engine may have, and the register tiles that it has for it. */
const shapes = [
  { tiles: '6 by 8', fused: true, joined: false },
  { tiles: '4 by 8', fused: false, joined: false },
  { tiles: '5 by 16', fused: true, joined: true },
  { tiles: '4 by 16', fused: false, joined: true },
] as const;

const bits = async (x: Tensor) => new Int32Array((await x.data()).buffer);

interface Case {
  readonly rows: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly size: number;
}
/** Rows of windows shorter and longer than four; one block of depth and two; tiles of every height; columns left over. */
const cases: readonly Case[] = [
  { rows: 16, channels: 3, height: 9, width: 13, size: 3 },
  { rows: 7, channels: 40, height: 7, width: 11, size: 3 },
  { rows: 100, channels: 40, height: 6, width: 7, size: 3 },
  { rows: 9, channels: 5, height: 8, width: 5, size: 2 },
  { rows: 2, channels: 36, height: 5, width: 34, size: 3 },
  { rows: 5, channels: 4, height: 5, width: 6, size: 3 },
  { rows: 97, channels: 85, height: 3, width: 10, size: 2 },
  { rows: 96, channels: 12, height: 5, width: 9, size: 2 },
  { rows: 95, channels: 3, height: 5, width: 9, size: 3 },
  { rows: 91, channels: 12, height: 4, width: 11, size: 2 },
];

interface Factors {
  readonly left: 'rows' | 'columns' | 'neither';
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly way: LeftWay;
}
/** The left factor row by row, column by column, and with every other element; up to three blocks of depth, and tiles left over. */
const read: readonly Factors[] = [
  { left: 'rows', m: 97, n: 20, k: 700, way: 'apart' },
  { left: 'rows', m: 2, n: 128, k: 3, way: 'apart' },
  { left: 'rows', m: 11, n: 300, k: 500, way: 'packed' },
  { left: 'columns', m: 97, n: 30, k: 700, way: 'together' },
  { left: 'columns', m: 256, n: 64, k: 2, way: 'together' },
  { left: 'columns', m: 257, n: 7, k: 330, way: 'packed' },
  { left: 'columns', m: 13, n: 1050, k: 130, way: 'packed' },
  { left: 'neither', m: 9, n: 40, k: 21, way: 'packed' },
];

/** The factors that a triangle is taken of: one that is wide, one that is high, several blocks of rows, of columns and of depth. */
const sizes = [
  { m: 64, n: 32, k: 64 },
  { m: 7, n: 50, k: 23 },
  { m: 41, n: 9, k: 12 },
  { m: 200, n: 230, k: 700 },
  { m: 990, n: 1040, k: 1000 },
] as const;
const triangles = (['left', 'result'] as const).flatMap((of) => (['lower', 'upper'] as const).map((part) => ({ of, part }))); // prettier-ignore

describe.each(shapes)('tiles of $tiles', ({ fused, joined }) => {
  let d: typeof Decograd;
  beforeAll(async () => {
    vi.resetModules();
    vi.doMock('../../src/backend/wasm/features', async (real) => {
      const { hasMultiplyAdd, ...others } = await real<typeof Features>();
      return { ...others, hasMultiplyAdd: () => fused && hasMultiplyAdd(), joinsVectors: () => joined };
    });
    d = await import('decograd');
  });
  beforeEach(() => d.manualSeed(5));
  afterAll(() => {
    d.setThreads(1);
    vi.doUnmock('../../src/backend/wasm/features');
  });

  describe.each([1, 2])('threads: %i', (threads) => {
    it.each(read)(
      'a $m by $k factor that lies by $left, times $n columns, is read $way',
      async ({ left, m, n, k, way }) => {
        d.setThreads(threads);
        const whole = (size: number) => Int32Array.from({ length: size }, (_, i) => ((i * 7919) % 11) - 5);
        for (const batch of [1, 3]) {
          const [x, y] = [whole(2 * batch * m * k), whole(batch * k * n)];
          const strides = { rows: [m * k, k, 1], columns: [m * k, 1, m], neither: [2 * m * k, 2 * k, 2] }[left];
          const dims = { rows: [batch, m, k], columns: [batch, k, m], neither: [batch, m, 2 * k] }[left];
          const stored = d
            .tensor(
              x.slice(
                0,
                dims.reduce((a, b) => a * b),
              ),
              { shape: dims },
            )
            .float();
          const b = d.tensor(y, { shape: [batch, k, n] }).float();
          await d.evaluate(stored, b);
          const a = left === 'columns' ? stored.transpose(1, 2) : left === 'rows' ? stored : stored.reshape([batch, m, k, 2]).select(3, 0); // prettier-ignore
          const values = await a.matmul(b).data();
          const [perBatch, perRow, perStep] = strides;
          const expected = (p: number, i: number, j: number): number => {
            let sum = 0;
            for (let q = 0; q < k; q++) sum += x[p * perBatch + i * perRow + q * perStep] * y[(p * k + q) * n + j];
            return sum;
          };
          const wrong = Array.from(values).findIndex((value, at) => value !== expected(Math.floor(at / (m * n)), Math.floor(at / n) % m, at % n)); // prettier-ignore
          expect(wrong).toBe(-1);
        }
        const axis = (size: number, stride: number) => collapse([size], [stride]);
        const paths = { rows: { rows: axis(m, k), depth: axis(k, 1) }, columns: { rows: axis(m, 1), depth: axis(k, m) }, neither: { rows: axis(m, 2 * k), depth: axis(k, 2) } }; // prettier-ignore
        expect(leftWay(paths[left], { m, n }, false)).toBe(way);
      },
    );
  });

  it.each([
    [100, 1040, 1000],
    [60, 70, 4000],
    [7, 1100, 330],
  ])('has the same bits with one thread and with two: [%i, %i], %i deep', async (m, n, k) => {
    const [a, b] = [d.randn([m, k]), d.randn([k, n])];
    await d.evaluate(a, b);
    const given: Int32Array[] = [];
    for (const threads of [1, 2]) {
      d.setThreads(threads);
      given.push(await bits(a.matmul(b)));
    }
    expect(given[0]).toEqual(given[1]);
  });

  describe.each(triangles)('a triangle: the $part one of the $of', (triangle) => {
    it.each(sizes)('of $m by $k times $k by $n', async ({ m, n, k }) => {
      const [{ triangularMatmul }, { nodeOf, wrap }] = await Promise.all([import('../../src/ops'), import('../../src/tensor/wrap')]); // prettier-ignore
      const isLarge = m * n * k > 1e8;
      const batch = isLarge ? 1 : 3;
      const whole = (...dims: number[]) => d.rand(dims).mul(15).sub(7).round();
      const inside = (rows: number, columns: number): Tensor => {
        const [row, column] = [d.arange(rows).reshape([rows, 1]), d.arange(columns)];
        return triangle.part === 'lower' ? row.ge(column) : row.le(column);
      };
      const [dense, b] = [whole(batch, m, k), whole(batch, k, n)];
      const a = triangle.of === 'left' ? d.where(inside(m, k), dense, 0) : dense;
      // as they lie, and as the transposed of what lies there
      const views = [(x: Tensor) => x, (x: Tensor) => x.transpose().add(0).transpose()].slice(isLarge ? 1 : 0);
      for (const left of views)
        for (const right of views)
          for (const threads of isLarge ? [2] : [1, 2]) {
            d.setThreads(threads);
            const [x, y] = [left(a), right(b)];
            await d.evaluate(x, y);
            const [given, wanted] = [wrap(triangularMatmul(nodeOf(x), nodeOf(y), triangle)), x.matmul(y)];
            const counts = triangle.of === 'left' ? wanted.eq(wanted) : inside(m, n);
            expect(await d.where(counts, given.sub(wanted), 0).abs().max().item()).toBe(0);
            expect(await given.abs().max().item()).toBeLessThan(1e6);
          }
    });
  });

  const ways = [1, 2].flatMap((threads) => [true, false].map((isShared) => ({ threads, isShared })));
  describe.each(ways)('threads: $threads, one left factor: $isShared', ({ threads, isShared }) => {
    it.each(cases)(
      'a batch of $rows rows, windows of $size in $channels channels of $height by $width, gives the bits of one product after the other, of windows written out',
      async ({ rows, channels, height, width, size }) => {
        d.setThreads(threads);
        const images = 3;
        const depth = channels * size * size;
        const x = d.randn([images, channels, height, width]);
        const w = d.randn(isShared ? [1, rows, depth] : [images, rows, depth]);
        await d.evaluate(x, w);
        const windows = x.unfold(2, size, 1).unfold(3, size, 1).permute([0, 1, 4, 5, 2, 3]).reshape([images, depth, -1]); // prettier-ignore
        const copy = windows.add(0);
        await d.evaluate(copy);
        const one = async (i: number): Promise<Tensor> => {
          const [left, right] = [w.slice(0, isShared ? 0 : i, isShared ? 1 : i + 1).add(0), copy.slice(0, i, i + 1).add(0)]; // prettier-ignore
          await d.evaluate(left, right);
          return left.reshape([rows, depth]).matmul(right.reshape([depth, -1]));
        };
        const each: Tensor[] = [];
        for (let i = 0; i < images; i++) each.push(await one(i));
        expect(await bits(w.matmul(windows))).toEqual(await bits(d.stack(each, 0)));
      },
    );
  });
});
