import { FunctionBuilder } from './function-builder';
import { argument } from './gemm-arguments';
import { blockParameters, callForRows, edgeFunction, Tile, tile, tilesOfEachHeight } from './gemm-tiles';

/** Columns in another order, so that as many as can be are read where they lie. */
export interface Fours {
  /** How far each column is from where the factor begins, in bytes: two fours of neighbours in memory for each panel. */
  readonly lines: Int32Array;
  /** Where the results of each four begin in their row, in bytes. */
  readonly results: Int32Array;
  /** How many panels, the first ones, need no packing. */
  readonly direct: number;
}

/** The columns that are so far from where the factor begins in fours; null where less than half of them lie together. */
export function inFours(offsets: Int32Array): Fours | null {
  const starts = Array.from({ length: Math.floor(offsets.length / 4) }, (_, i) => 4 * i);
  const isTogether = (at: number): boolean => [1, 2, 3].every((i) => offsets[at + i] - offsets[at] === 4 * i);
  const together = starts.filter(isTogether);
  const direct = Math.floor(together.length / 2);
  if (16 * direct < offsets.length) return null;
  const others = starts.filter((at) => !isTogether(at));
  const order = [...together, ...others];
  if (offsets.length % 4 > 0) order.push(4 * starts.length);
  const lines = order.flatMap((at) => [...offsets.subarray(at, at + 4)]);
  // a panel that is half full has a second four all the same
  if (order.length % 2 === 1) order.push(0);
  return { lines: Int32Array.from(lines), results: Int32Array.from(order, (at) => 4 * at), direct };
}

/** One register tile, or its first rows, of two fours of columns wherever they lie: steps along them are in a table. */
function tileFunction(height: number): FunctionBuilder {
  const f = new FunctionBuilder(Array.from({ length: 9 }, () => 'i32' as const));
  const [depth, a, first, second, steps, c, d, stride, adds] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const step = f.local('i32');
  const sums = new Tile(f, height);
  const load = (j: number): void => {
    if (j === 0) f.get(steps).memory('i32.load').set(step);
    f.get(j === 0 ? first : second)
      .get(step)
      .op('i32.add')
      .memory('v128.load');
  };
  sums.multiply(depth, a, load, () => f.increase(steps, 4));
  sums.store((j) => (j === 0 ? c : d), () => 0, stride, adds); // prettier-ignore
  return f;
}

/** All tiles of a block of C whose columns are in fours, the first panels read where they lie, the others packed. */
export function multiplyFoursFunction(): FunctionBuilder {
  const f = new FunctionBuilder(blockParameters.map(() => 'i32' as const));
  const [rows, columns, depth, a, b, c, stride, adds, scratch, args, done] = blockParameters.map((_, i) => i);
  const { rows: height, columns: width } = tile();
  const [row, panel, first, second, steps, left, right] = Array.from({ length: 7 }, () => f.local('i32'));
  const [lines, results, direct] = Array.from({ length: 3 }, () => f.local('i32'));
  const tiles = tilesOfEachHeight(tileFunction);
  const edge = edgeFunction();
  const read = (name: keyof typeof argument) => f.get(args).memory('i32.load', 4 * argument[name]);
  read('bColumns').set(lines);
  read('fours').set(results);
  read('direct').set(direct);
  f.repeat(() => {
    f.get(direct).i32(0).op('i32.gt_s').when(
      () => {
        read('b').get(lines).memory('i32.load').op('i32.add').set(first);
        read('b').get(lines).memory('i32.load', 16).op('i32.add').set(second);
        read('bDepth').get(done).i32(2).op('i32.shl').op('i32.add').set(steps);
      },
      () => {
        f.get(b).set(first).get(b).i32(16).op('i32.add').set(second);
        read('panelSteps').set(steps);
      },
    ); // prettier-ignore
    f.get(c).get(results).memory('i32.load').op('i32.add').set(left);
    f.get(c).get(results).memory('i32.load', 4).op('i32.add').set(right);
    f.get(rows).set(row).get(a).set(panel);
    f.repeat(() => {
      callForRows(f, row, (count) => {
        f.get(columns).i32(width).op('i32.ge_s').when(
          () => f.get(depth).get(panel).get(first).get(second).get(steps).get(left).get(right).get(stride).get(adds).call(tiles[count - 1]),
          () => {
            f.get(depth).get(panel).get(first).get(second).get(steps).get(scratch).get(scratch).i32(16).op('i32.add').i32(4 * width).i32(0).call(tiles[count - 1]);
            const copied = (at: number, to: number, lanes: () => void): void => {
              f.get(scratch).i32(at).op('i32.add').get(to).get(stride).get(row);
              lanes();
              f.get(adds).call(edge);
            };
            f.get(columns).i32(4).op('i32.gt_s').when(
              () => {
                copied(0, left, () => f.i32(4));
                copied(16, right, () => f.get(columns).i32(4).op('i32.sub'));
              },
              () => copied(0, left, () => f.get(columns)),
            );
          },
        );
      }); // prettier-ignore
      f.get(panel).get(depth).i32(4 * height).op('i32.mul').op('i32.add').set(panel); // prettier-ignore
      for (const corner of [left, right]) f.get(corner).get(stride).i32(height).op('i32.mul').op('i32.add').set(corner);
      f.get(row).i32(height).op('i32.sub').tee(row).i32(0).op('i32.gt_s');
    });
    f.get(b).get(depth).i32(4 * width).op('i32.mul').op('i32.add').set(b); // prettier-ignore
    f.increase(lines, 4 * width)
      .increase(results, 8)
      .increase(direct, -1);
    f.get(columns).i32(width).op('i32.sub').tee(columns).i32(0).op('i32.gt_s');
  });
  return f;
}
