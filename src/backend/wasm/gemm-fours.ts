import { FunctionBuilder } from './function-builder';
import { argument } from './gemm-arguments';
import { blockParameters, callForRows, edgeFunction, Tile, tile, tilesOfEachHeight } from './gemm-tiles';

/** How many fours a panel has. */
const foursOfPanel = () => tile().columns / 4;

/** Columns in another order, so that as many as can be are read where they lie. */
export interface Fours {
  /** How far each column is from where the factor begins, in bytes: fours of neighbours in memory, as many as a panel has. */
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
  const direct = Math.floor(together.length / foursOfPanel());
  if (2 * direct * tile().columns < offsets.length) return null;
  const others = starts.filter((at) => !isTogether(at));
  const order = [...together, ...others];
  if (offsets.length % 4 > 0) order.push(4 * starts.length);
  const lines = order.flatMap((at) => [...offsets.subarray(at, at + 4)]);
  // a panel that is not full has all its fours all the same
  while (order.length % foursOfPanel() > 0) order.push(0);
  return { lines: Int32Array.from(lines), results: Int32Array.from(order, (at) => 4 * at), direct };
}

/** What the function of a tile is given, then where its fours of columns begin, then where those of its results do. */
const tileParameters = ['depth', 'a', 'steps', 'stride', 'adds', 'scratch'] as const;

/** One register tile, or its first rows, of fours of columns wherever they lie: steps along them are in a table. */
function tileFunction(height: number): FunctionBuilder {
  const count = foursOfPanel();
  const f = new FunctionBuilder(Array.from({ length: tileParameters.length + 2 * count }, () => 'i32' as const));
  const [depth, a, steps, stride, adds, scratch] = tileParameters.map((_, i) => i);
  const fours = Array.from({ length: count }, (_, j) => tileParameters.length + j);
  const step = f.local('i32');
  const sums = new Tile(f, height);
  const load = (j: number): void => {
    if (j === 0) f.get(steps).memory('i32.load').set(step);
    f.get(fours[j]).get(step).op('i32.add').memory('v128.load');
  };
  sums.multiply(depth, a, load, () => f.increase(steps, 4));
  sums.scatter(fours.map((four) => four + count), stride, adds, scratch); // prettier-ignore
  return f;
}

/** All tiles of a block of C whose columns are in fours, the first panels read where they lie, the others packed. */
export function multiplyFoursFunction(): FunctionBuilder {
  const f = new FunctionBuilder(blockParameters.map(() => 'i32' as const));
  const [rows, columns, depth, a, b, c, stride, , , args, done] = blockParameters.map((_, i) => i);
  const { rows: height, columns: width } = tile();
  const [row, panel, steps] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const [lines, results, direct] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const fours = Array.from({ length: foursOfPanel() }, () => ({ from: f.local('i32'), to: f.local('i32') }));
  const { whole, partial } = tileCalls({ f, row, panel, steps, fours });
  const read = (name: keyof typeof argument) => f.get(args).memory('i32.load', 4 * argument[name]);
  read('bColumns').set(lines);
  read('fours').set(results);
  read('direct').set(direct);
  f.repeat(() => {
    f.get(direct).i32(0).op('i32.gt_s').when(
      () => {
        fours.forEach(({ from }, j) => read('b').get(lines).memory('i32.load', 16 * j).op('i32.add').set(from));
        read('bDepth').get(done).i32(2).op('i32.shl').op('i32.add').set(steps);
      },
      () => {
        fours.forEach(({ from }, j) => f.get(b).i32(16 * j).op('i32.add').set(from));
        read('panelSteps').set(steps);
      },
    ); // prettier-ignore
    fours.forEach(({ to }, j) => f.get(c).get(results).memory('i32.load', 4 * j).op('i32.add').set(to)); // prettier-ignore
    f.get(rows).set(row).get(a).set(panel);
    f.repeat(() => {
      callForRows(f, row, (count) =>
        f.get(columns).i32(width).op('i32.ge_s').when(() => whole(count), () => partial(count)),
      ); // prettier-ignore
      f.get(panel).get(depth).i32(4 * height).op('i32.mul').op('i32.add').set(panel); // prettier-ignore
      for (const { to } of fours) f.get(to).get(stride).i32(height).op('i32.mul').op('i32.add').set(to); // prettier-ignore
      f.get(row).i32(height).op('i32.sub').tee(row).i32(0).op('i32.gt_s');
    });
    f.get(b).get(depth).i32(4 * width).op('i32.mul').op('i32.add').set(b); // prettier-ignore
    f.increase(lines, 4 * width).increase(results, 4 * fours.length).increase(direct, -1); // prettier-ignore
    f.get(columns).i32(width).op('i32.sub').tee(columns).i32(0).op('i32.gt_s');
  });
  return f;
}

/** Locals: the rows that are left, the packed rows and the steps of the tile, and where its fours are and go. */
interface TileLocals {
  readonly f: FunctionBuilder;
  readonly row: number;
  readonly panel: number;
  readonly steps: number;
  readonly fours: readonly { readonly from: number; readonly to: number }[];
}

/** Calls for a tile of so many rows, whole or with columns that stick out; these are written beside each other first. */
function tileCalls({ f, row, panel, steps, fours }: TileLocals): Record<'whole' | 'partial', (count: number) => void> {
  const [, columns, depth, , , , stride, adds, scratch] = blockParameters.map((_, i) => i);
  const tiles = tilesOfEachHeight(tileFunction);
  const edge = edgeFunction();
  const inScratch = (j: number): void => void f.get(scratch).i32(16 * j).op('i32.add'); // prettier-ignore
  const multiply = (count: number, rowBytes: () => void, isAdded: () => void, to: (four: number) => void): void => {
    f.get(depth).get(panel).get(steps);
    rowBytes();
    isAdded();
    f.get(scratch);
    for (const { from } of fours) f.get(from);
    fours.forEach((_, j) => to(j));
    f.call(tiles[count - 1]);
  };
  const left = f.local('i32');
  return {
    whole: (count) => multiply(count, () => f.get(stride), () => f.get(adds), (j) => f.get(fours[j].to)), // prettier-ignore
    partial: (count) => {
      multiply(count, () => f.i32(4 * tile().columns), () => f.i32(0), inScratch); // prettier-ignore
      fours.forEach(({ to }, j) =>
        f.get(columns).i32(4 * j).op('i32.sub').tee(left).i32(0).op('i32.gt_s').when(() => {
          f.get(left).i32(4).op('i32.gt_s').when(() => f.i32(4).set(left));
          inScratch(j);
          f.get(to).get(stride).get(row).get(left).get(adds).call(edge);
        }),
      ); // prettier-ignore
    },
  };
}
