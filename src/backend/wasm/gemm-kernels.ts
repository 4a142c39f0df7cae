import { assemble } from './assemble';
import { FunctionBuilder } from './function-builder';
import { argument, argumentCount } from './gemm-arguments';
import { leftWays, touchFunction, type LeftKind } from './gemm-reading';
import { multiplyRunsFunction } from './gemm-runs';
import { multiplyFunction, tile } from './gemm-tiles';
import { packFunction } from './packing';

/**
 * The module of the product: function 0 packs panels of columns, function 1 multiplies tiles of rows, function 2 does whole
 * products of a batch, function 3 those whose columns are in runs; these are the units.
 */
export function gemmModule(isShared: boolean): Uint8Array<ArrayBuffer> {
  const pack = packColumnsFunction();
  const multiply = multiplyRowsFunction({ together: multiplyFunction('together'), apart: multiplyFunction('apart') });
  const runs = multiplyRowsFunction({ together: multiplyRunsFunction() });
  const batches = [multiply, runs].map((rows) => batchFunction(pack, rows));
  return assemble([pack, multiply, ...batches], isShared);
}

/** Each thread has the arguments once more for itself, in which it puts one product after the other. */
function batchFunction(pack: FunctionBuilder, multiply: FunctionBuilder): FunctionBuilder {
  const f = new FunctionBuilder(['i32', 'i32', 'i32', 'i32']);
  const [args, at, to, thread] = [0, 1, 2, 3];
  const { a, b, c, rows, columns, direct, batch, sharesA, own, ownPackedB, ownBytes, tileRows } = load(f);
  const panels = f.local('i32');
  const list = f.local('i32');
  const { columns: width } = tile();
  for (const place of [own, ownPackedB]) {
    moved(f, place, ownBytes, thread);
    f.set(place);
  }
  for (let word = 0; word < argumentCount; word++)
    f.get(own).get(args).memory('i32.load', 4 * word).memory('i32.store', 4 * word); // prettier-ignore
  f.get(own)
    .get(ownPackedB)
    .memory('i32.store', 4 * argument.packedB);
  f.get(columns).i32(width - 1).op('i32.add').i32(width).op('i32.div_u').set(panels); // prettier-ignore
  f.get(at).i32(12).op('i32.mul').get(batch).op('i32.add').set(list);
  f.repeat(() => {
    [a, b, c].forEach((address, i) => f.get(own).get(address).get(list).memory('i32.load', 4 * i).op('i32.add').memory('i32.store', 4 * [argument.a, argument.b, argument.c][i])); // prettier-ignore
    f.get(direct).get(panels).op('i32.lt_s').when(() => f.get(own).get(direct).get(panels).get(thread).call(pack)); // prettier-ignore
    f.get(own).i32(0);
    partsOf(f, rows, tileRows).get(thread).call(multiply);
    f.get(own)
      .get(sharesA)
      .memory('i32.store', 4 * argument.hasA);
    f.increase(list, 12).increase(at, 1);
    f.get(at).get(to).op('i32.lt_s');
  });
  return f;
}

/** Leaves on the stack how many parts so many lines are, of so many lines each at most; both are locals. */
const partsOf = (f: FunctionBuilder, lines: number, each: number): FunctionBuilder =>
  f.get(lines).get(each).op('i32.add').i32(1).op('i32.sub').get(each).op('i32.div_u');

/** The arguments in locals. */
function load(f: FunctionBuilder): Record<keyof typeof argument, number> {
  const locals = Object.entries(argument).map(([name, at]) => {
    const local = f.local('i32');
    f.get(0)
      .memory('i32.load', 4 * at)
      .set(local);
    return [name, local];
  });
  return Object.fromEntries(locals) as Record<keyof typeof argument, number>;
}

/** Leaves a + b * factor on the stack; all are locals, the factor times `scale`. */
function moved(f: FunctionBuilder, a: number, b: number, factor: number, scale = 1): void {
  f.get(b).get(factor).op('i32.mul').i32(scale).op('i32.mul').get(a).op('i32.add'); // prettier-ignore
}
/** Leaves the smaller of a * scale and b - c on the stack, from locals. */
function least(f: FunctionBuilder, a: number, scale: number, b: number, c: number): void {
  const [x, y] = [f.local('i32'), f.local('i32')];
  f.get(a).i32(scale).op('i32.mul').set(x).get(b).get(c).op('i32.sub').set(y); // prettier-ignore
  f.get(y).get(x).op('i32.lt_s').when(() => f.get(y).set(x), () => undefined); // prettier-ignore
  f.get(x);
}

/** How deep a block of packed values is at most: a panel of columns stays in the first level of the cache. */
export const deepestBlock = 320;
/** How deep the blocks of a product are: all about as deep. */
export const blockOf = (k: number): number => Math.ceil(k / Math.ceil(k / deepestBlock));

/** Runs the body for every block of the depth, with the depth of that in a local; `done` is how much lies before it. */
function depthBlocks(
  f: FunctionBuilder,
  { depth, block }: { readonly depth: number; readonly block: number },
  body: (size: number, done: number) => void,
): void {
  const [size, done] = [f.local('i32'), f.local('i32')];
  f.i32(0).set(done);
  f.repeat(() => {
    least(f, block, 1, depth, done);
    f.set(size);
    body(size, done);
    f.get(done).get(size).op('i32.add').tee(done).get(depth).op('i32.lt_s');
  });
}

function packColumnsFunction(): FunctionBuilder {
  const f = new FunctionBuilder(['i32', 'i32', 'i32', 'i32']);
  const { columns: width } = tile();
  const args = load(f);
  const { b, bColumns, bDepth, columns, packedB, touches, scratch } = args;
  const [from, to] = [1, 2];
  const [first, count, whole] = [f.local('i32'), f.local('i32'), f.local('i32')];
  f.get(from).i32(width).op('i32.mul').set(first);
  f.get(to).get(from).op('i32.sub').set(to);
  least(f, to, width, columns, first);
  f.set(count);
  f.get(columns).i32(width - 1).op('i32.add').i32(-width).op('i32.and').set(whole); // prettier-ignore
  f.get(first).i32(2).op('i32.shl').get(bColumns).op('i32.add').set(bColumns);
  const [pack, touch] = [packFunction(width), touchFunction()];
  depthBlocks(f, args, (block) => {
    f.get(touches).when(() => {
      f.get(bColumns).memory('i32.load').get(b).op('i32.add').get(bDepth).get(block);
      f.get(count).i32(2).op('i32.shl').get(scratch).call(touch);
    });
    f.get(b).get(bColumns).get(bDepth).get(count).get(block);
    moved(f, packedB, block, first, 4);
    f.i32(width).call(pack);
    f.get(block).i32(2).op('i32.shl').get(bDepth).op('i32.add').set(bDepth);
    moved(f, packedB, block, whole, 4);
    f.set(packedB);
  });
  return f;
}

/** How many tiles of rows are packed at a time: the packed block stays in the second level of the cache. */
export const tilesAtOnce = () => Math.floor(96 / tile().rows);

/** What does a block of rows and all columns, by how the rows are found; where none finds them apart, no product may ask for it. */
type Multiply = { readonly together: FunctionBuilder } & { readonly [kind in LeftKind]?: FunctionBuilder };

function multiplyRowsFunction(multiply: Multiply): FunctionBuilder {
  const f = new FunctionBuilder(['i32', 'i32', 'i32', 'i32']);
  const [at, to, thread] = [1, 2, 3];
  const { columns: width } = tile();
  const args = load(f);
  const { c, cRow, adds, rows, columns, packedB, packedA, scratch, perThread, tileRows } = args;
  const [first, count, tiles, most, panels, onTop, whole] = Array.from({ length: 7 }, () => f.local('i32'));
  for (const place of [packedA, scratch]) {
    moved(f, place, perThread, thread);
    f.set(place);
  }
  f.get(columns).i32(width - 1).op('i32.add').i32(-width).op('i32.and').set(whole); // prettier-ignore
  const withLeft = leftReader(f, args, first, count);
  f.repeat(() => {
    f.i32(tilesAtOnce()).set(tiles);
    least(f, tiles, 1, to, at);
    f.set(tiles);
    f.get(at).get(tileRows).op('i32.mul').set(first);
    f.get(tiles).get(tileRows).op('i32.mul').set(most);
    least(f, most, 1, rows, first);
    f.set(count);
    f.get(packedB).set(panels).get(adds).set(onTop);
    depthBlocks(f, args, (size, done) => {
      const times = (kind: LeftKind, { a, by, nextTile }: LeftBlock): void => {
        f.get(count).get(columns).get(size).get(a).get(panels);
        moved(f, c, cRow, first);
        f.get(cRow).get(onTop).get(scratch).get(0).get(done).get(by).get(nextTile).get(first).call(multiply[kind]!);
      };
      withLeft(size, done, multiply.apart !== undefined, times);
      moved(f, panels, size, whole, 4);
      f.set(panels).i32(1).set(onTop);
    });
    f.get(at).get(tiles).op('i32.add').set(at);
    f.get(at).get(to).op('i32.lt_s');
  });
  return f;
}

/** A block of rows as `lefts` find them, in locals: its first tile, and how far the `a` of the next tile is. */
interface LeftBlock {
  readonly a: number;
  readonly by: number;
  readonly nextTile: number;
}
type Times = (kind: LeftKind, block: LeftBlock) => void;

/** Prints what finds `count` rows from the `first` on, `size` steps of them after those that are `done`, and what is done with them. */
function leftReader(
  f: FunctionBuilder,
  { a, aRows, aDepth, depth, packedA, sharesA, hasA, tileRows, leftWay }: Record<keyof typeof argument, number>,
  first: number,
  count: number,
): (size: number, done: number, mayBeApart: boolean, times: Times) => void {
  const block = { a: f.local('i32'), by: f.local('i32'), nextTile: f.local('i32') };
  const { rows: height } = tile();
  const pack = packFunction(height, true);
  const is = (way: keyof typeof leftWays) => f.get(leftWay).i32(leftWays[way]).op('i32.eq');
  const entry = (table: number, line: number) => f.get(table).get(line).i32(2).op('i32.shl').op('i32.add');
  const moveBy = (table: number, line: number) => entry(table, line).memory('i32.load').op('i32.add');
  const packed = (size: number, done: number): void => {
    // what is kept for the next product lies block after block
    partsOf(f, count, tileRows)
      .i32(4 * height)
      .op('i32.mul');
    f.get(done).op('i32.mul').get(sharesA).op('i32.mul').get(packedA).op('i32.add').set(block.a);
    f.get(hasA).op('i32.eqz').when(() => {
      f.get(a);
      entry(aRows, first);
      entry(aDepth, done).get(count).get(size).get(block.a).get(tileRows).call(pack);
    }); // prettier-ignore
    f.i32(4 * height).set(block.by);
    f.get(size).get(block.by).op('i32.mul').set(block.nextTile);
  };
  const together = (done: number): void => {
    f.get(a);
    moveBy(aRows, first);
    moveBy(aDepth, done).set(block.a);
    f.get(depth).i32(1).op('i32.gt_s').when(() => f.get(aDepth).memory('i32.load', 4).get(aDepth).memory('i32.load').op('i32.sub').set(block.by)); // prettier-ignore
  };
  const apart = (done: number): void => {
    entry(aRows, first).set(block.a);
    f.get(a);
    moveBy(aDepth, done).set(block.by);
  };
  return (size, done, mayBeApart, times) => {
    f.get(tileRows).i32(2).op('i32.shl').set(block.nextTile);
    const inOne = (): void => {
      is('together').when(() => together(done), () => packed(size, done)); // prettier-ignore
      times('together', block);
    };
    if (!mayBeApart) return inOne();
    is('apart').when(() => {
      apart(done);
      times('apart', block);
    }, inOne); // prettier-ignore
  };
}
