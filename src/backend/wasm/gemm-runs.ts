import { FunctionBuilder } from './function-builder';
import { argument } from './gemm-arguments';
import {
  blockParameters,
  callForRows,
  forRowTiles,
  scatterFunction,
  type RowTile,
  Tile,
  tile,
  tilesOfEachHeight,
} from './gemm-tiles';
import { TileSteps } from './gemm-triangle';

/** So many neighbours are a run: a panel has two. */
const runLength = () => tile().columns / 2;

/** Columns in another order, so that as many as can be are read where they lie. */
export interface Runs {
  /** How far each column is from where the factor begins, in bytes: runs of neighbours in memory, then the others. */
  readonly lines: Int32Array;
  /** Where the result of each column is in its row, in bytes. */
  readonly results: Int32Array;
  /** How many panels, the first ones, need no packing. */
  readonly direct: number;
}

/** The columns that are so far from where the factor begins; null where less than half of them lie together. */
export function inRuns(offsets: Int32Array): Runs | null {
  const [together, others]: [number[], number[]] = [[], []];
  const length = runLength();
  for (let at = 0; at < offsets.length;) {
    const run = offsets.subarray(at, at + length);
    const isRun = run.length === length && run.every((offset, i) => offset - run[0] === 4 * i);
    const [list, size] = isRun ? [together, length] : [others, 1];
    for (const end = at + size; at < end; at++) list.push(at);
  }
  const direct = Math.floor(together.length / tile().columns);
  if (2 * direct * tile().columns < offsets.length) return null;
  const order = [...together, ...others];
  return {
    lines: Int32Array.from(order, (at) => offsets[at]),
    results: Int32Array.from(order, (at) => 4 * at),
    direct,
  };
}

/** One register tile, or its first rows, of two runs of columns wherever they lie: steps along them are in a table. */
function tileFunction(height: number): FunctionBuilder {
  const f = new FunctionBuilder(Array.from({ length: 10 }, () => 'i32' as const));
  const [depth, a, by, steps, stride, adds, first, second, left, right] = Array.from({ length: 10 }, (_, i) => i);
  const vectors = runLength() / 4;
  const runs = [first, second].map((from) => ({ from, at: f.local('i32') }));
  const sums = new Tile(f, height);
  const load = (j: number): void => {
    const { from, at } = runs[Math.floor(j / vectors)];
    if (j % vectors === 0) f.get(from).get(steps).memory('i32.load').op('i32.add').set(at);
    f.get(at).memory('v128.load', 16 * (j % vectors));
  };
  sums.multiply(depth, { kind: 'together', a, by }, load, () => f.increase(steps, 4));
  sums.store((j) => [left, right][Math.floor(j / vectors)], (j) => 16 * (j % vectors), stride, adds); // prettier-ignore
  return f;
}

/** All tiles of a block of C whose columns are in runs, the first panels read where they lie, the others packed. */
export function multiplyRunsFunction(): FunctionBuilder {
  const f = new FunctionBuilder(blockParameters.map(() => 'i32' as const));
  const [rows, columns, depth, a, b, c, stride, adds, scratch, args, done, by, nextTile, first] = blockParameters.map(
    (_, i) => i,
  );
  const width = tile().columns;
  const steps = f.local('i32');
  const column = f.local('i32'); // stays 0: in this order columns say nothing of a triangle, so results that are one are not in runs
  const [lines, results, direct] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const tiles = tilesOfEachHeight(tileFunction);
  const scattered = scatterFunction();
  const read = (name: keyof typeof argument) => f.get(args).memory('i32.load', 4 * argument[name]);
  const secondRun = 4 * runLength();
  const part = new TileSteps(f, args);
  const factors = (left: number): void => {
    f.get(part.taken);
    part.fromLeft('together', left, by);
    part.from(steps, { bytes: 4 });
  };
  /** A tile that reads its columns where they lie, and writes its results where they belong. */
  const inPlace = (count: number, { left, corner }: RowTile): void => {
    factors(left);
    f.get(stride).get(adds);
    for (const at of [0, secondRun]) read('b').get(lines).memory('i32.load', at).op('i32.add');
    for (const at of [0, secondRun]) f.get(corner).get(results).memory('i32.load', at).op('i32.add');
    f.call(tiles[count - 1]);
  };
  /** A tile of packed columns, whose results are written side by side first. */
  const packed = (count: number, { rows, left, corner }: RowTile): void => {
    factors(left);
    f.i32(4 * width).i32(0); // prettier-ignore
    f.get(b).get(b).i32(secondRun).op('i32.add').get(scratch).get(scratch).i32(secondRun).op('i32.add'); // prettier-ignore
    f.call(tiles[count - 1]);
    f.get(scratch).get(corner).get(stride).get(rows).get(columns).get(adds).get(results).call(scattered);
  };
  read('bColumns').set(lines);
  read('runs').set(results);
  read('direct').set(direct);
  f.repeat(() => {
    f.get(direct).i32(0).op('i32.gt_s').when(
      () => read('bDepth').get(done).i32(2).op('i32.shl').op('i32.add').set(steps),
      () => read('panelSteps').set(steps),
    ); // prettier-ignore
    forRowTiles(f, { rows, first, a, nextTile, c, stride, args }, (at) => {
      part.choose({ ...at, column, done, depth });
      callForRows(f, at.rows, (count) =>
        f.get(direct).i32(0).op('i32.gt_s').when(() => inPlace(count, at), () => packed(count, at)),
      ); // prettier-ignore
    });
    f.get(b).get(depth).i32(4 * width).op('i32.mul').op('i32.add').set(b); // prettier-ignore
    f.increase(lines, 4 * width).increase(results, 4 * width).increase(direct, -1); // prettier-ignore
    f.get(columns).i32(width).op('i32.sub').tee(columns).i32(0).op('i32.gt_s');
  });
  return f;
}
