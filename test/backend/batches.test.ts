import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { evaluate, manualSeed, randn, setThreads, stack, type Tensor } from 'decograd';

beforeEach(() => manualSeed(5));
afterAll(() => setThreads(1));

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
  { rows: 100, channels: 33, height: 6, width: 7, size: 3 },
  { rows: 9, channels: 5, height: 8, width: 5, size: 2 },
  { rows: 2, channels: 30, height: 5, width: 34, size: 3 },
  { rows: 5, channels: 4, height: 5, width: 6, size: 3 },
  { rows: 97, channels: 70, height: 3, width: 10, size: 2 },
];

describe('a batch of products of windows gives the bits of one product after the other, of windows written out', () => {
  for (const threads of [1, 2])
    for (const isShared of [true, false])
      for (const { rows, channels, height, width, size } of cases)
        it(`${rows} rows, ${channels} channels of ${height} by ${width}, windows of ${size}, ${isShared ? 'one left factor' : 'many'}, threads: ${threads}`, async () => {
          setThreads(threads);
          const images = 3;
          const depth = channels * size * size;
          const x = randn([images, channels, height, width]);
          const w = randn(isShared ? [1, rows, depth] : [images, rows, depth]);
          await evaluate(x, w);
          const windows = x.unfold(2, size, 1).unfold(3, size, 1).permute([0, 1, 4, 5, 2, 3]).reshape([images, depth, -1]); // prettier-ignore
          const copy = windows.add(0);
          await evaluate(copy);
          const one = async (i: number): Promise<Tensor> => {
            const [left, right] = [w.slice(0, isShared ? 0 : i, isShared ? 1 : i + 1).add(0), copy.slice(0, i, i + 1).add(0)]; // prettier-ignore
            await evaluate(left, right);
            return left.reshape([rows, depth]).matmul(right.reshape([depth, -1]));
          };
          const each: Tensor[] = [];
          for (let i = 0; i < images; i++) each.push(await one(i));
          expect(await bits(w.matmul(windows))).toEqual(await bits(stack(each, 0)));
        });
});
