import type * as Decograd from 'decograd';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Tensor } from 'decograd';
import type * as Features from '../../src/backend/wasm/features';

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
