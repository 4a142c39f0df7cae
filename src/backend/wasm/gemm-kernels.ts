import { assemble } from './assemble';
import { hasMultiplyAdd } from './features';
import { FunctionBuilder } from './function-builder';
import { packFunction } from './packing';

/**
 * The pieces of the packed matrix product (Goto and van de Geijn, "Anatomy of high-performance matrix multiplication").
 * A tile of `rows` by `columns` sums is held in registers: 6 by 8 uses the engine's fifteen free vector registers exactly,
 * where multiply-add is one instruction; a product in a register of its own leaves room for 4 by 8.
 */
export const tile = () => ({ rows: hasMultiplyAdd() ? 6 : 4, columns: 8 });

/** What the functions find at their arguments' address, in words. Strides are in bytes. */
export const argument = {
  /** The left factor: address, strides along rows and along k. */
  a: 0,
  aRow: 1,
  aDepth: 2,
  /** The right one: address, strides along columns and along k. */
  b: 3,
  bColumn: 4,
  bDepth: 5,
  /** The product: address and stride of rows; whether it is added to what is there. */
  c: 6,
  cRow: 7,
  adds: 8,
  /** Sizes of the block. */
  rows: 9,
  columns: 10,
  depth: 11,
  /** Where packed columns lie, and of the first thread packed rows and a tile; of others each time so many bytes further. */
  packedB: 12,
  packedA: 13,
  scratch: 14,
  perThread: 15,
  /** Of a batch: where its list is, of three words for each product: how far its a, b and c are from those above. */
  batch: 16,
  /** Where the first thread has arguments of its own, and packed columns; of others each time so many bytes further. */
  own: 17,
  ownPackedB: 18,
  ownBytes: 19,
} as const;
export const argumentCount = Object.keys(argument).length;

/**
 * The module of the product: function 0 packs panels of columns, function 1 multiplies tiles of rows, function 2 does whole
 * products of a batch; these are the units.
 */
export function gemmModule(isShared: boolean): Uint8Array<ArrayBuffer> {
  const [pack, multiply] = [packColumnsFunction(), multiplyRowsFunction()];
  return assemble([pack, multiply, batchFunction(pack, multiply)], isShared);
}

/** Each thread has the arguments once more for itself, in which it puts one product after the other. */
function batchFunction(pack: FunctionBuilder, multiply: FunctionBuilder): FunctionBuilder {
  const f = new FunctionBuilder(['i32', 'i32', 'i32', 'i32']);
  const [args, at, to, thread] = [0, 1, 2, 3];
  const { a, b, c, rows, columns, batch, own, ownPackedB, ownBytes } = load(f);
  const list = f.local('i32');
  const { rows: height, columns: width } = tile();
  for (const place of [own, ownPackedB]) {
    moved(f, place, ownBytes, thread);
    f.set(place);
  }
  for (let word = 0; word < argumentCount; word++)
    f.get(own).get(args).memory('i32.load', 4 * word).memory('i32.store', 4 * word); // prettier-ignore
  f.get(own)
    .get(ownPackedB)
    .memory('i32.store', 4 * argument.packedB);
  const units = (size: number, each: number) => f.get(size).i32(each - 1).op('i32.add').i32(each).op('i32.div_u'); // prettier-ignore
  f.get(at).i32(12).op('i32.mul').get(batch).op('i32.add').set(list);
  f.repeat(() => {
    [a, b, c].forEach((address, i) => f.get(own).get(address).get(list).memory('i32.load', 4 * i).op('i32.add').memory('i32.store', 4 * [argument.a, argument.b, argument.c][i])); // prettier-ignore
    f.get(own).i32(0);
    units(columns, width).get(thread).call(pack);
    f.get(own).i32(0);
    units(rows, height).get(thread).call(multiply);
    f.increase(list, 12).increase(at, 1);
    f.get(at).get(to).op('i32.lt_s');
  });
  return f;
}

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

/** How deep a block of packed values is: a panel of columns stays in the first level of the cache. */
export const depthBlock = 256;

/** Runs the body for every block along k, with its depth in a local; `done` is how much of k lies before it. */
function depthBlocks(f: FunctionBuilder, depth: number, body: (block: number, done: number) => void): void {
  const [block, done] = [f.local('i32'), f.local('i32')];
  const most = f.local('i32');
  f.i32(depthBlock).set(most).i32(0).set(done);
  f.repeat(() => {
    least(f, most, 1, depth, done);
    f.set(block);
    body(block, done);
    f.get(done).get(block).op('i32.add').tee(done).get(depth).op('i32.lt_s');
  });
}

function packColumnsFunction(): FunctionBuilder {
  const f = new FunctionBuilder(['i32', 'i32', 'i32', 'i32']);
  const { columns: width } = tile();
  const { b, bColumn, bDepth, columns, depth, packedB } = load(f);
  const [from, to] = [1, 2];
  const [first, count, whole] = [f.local('i32'), f.local('i32'), f.local('i32')];
  f.get(from).i32(width).op('i32.mul').set(first);
  f.get(to).get(from).op('i32.sub').set(to);
  least(f, to, width, columns, first);
  f.set(count);
  f.get(columns).i32(width - 1).op('i32.add').i32(-width).op('i32.and').set(whole); // prettier-ignore
  moved(f, b, bColumn, first);
  f.set(b);
  const pack = packFunction(width);
  depthBlocks(f, depth, (block) => {
    f.get(b).get(bColumn).get(bDepth).get(count).get(block);
    moved(f, packedB, block, first, 4);
    f.call(pack);
    moved(f, b, bDepth, block);
    f.set(b);
    moved(f, packedB, block, whole, 4);
    f.set(packedB);
  });
  return f;
}

/** How many tiles of rows are packed at a time: the packed block stays in the second level of the cache. */
const tilesAtOnce = () => Math.floor(96 / tile().rows);

function multiplyRowsFunction(): FunctionBuilder {
  const f = new FunctionBuilder(['i32', 'i32', 'i32', 'i32']);
  const [at, to, thread] = [1, 2, 3];
  const { rows: height, columns: width } = tile();
  const { a, aRow, aDepth, c, cRow, adds, rows, columns, depth, packedB, packedA, scratch, perThread } = load(f);
  const [first, count, tiles, panels, onTop, whole] = Array.from({ length: 6 }, () => f.local('i32'));
  for (const place of [packedA, scratch]) {
    moved(f, place, perThread, thread);
    f.set(place);
  }
  f.get(columns).i32(width - 1).op('i32.add').i32(-width).op('i32.and').set(whole); // prettier-ignore
  const [pack, multiply] = [packFunction(height), multiplyFunction()];
  f.repeat(() => {
    f.i32(tilesAtOnce()).set(tiles);
    least(f, tiles, 1, to, at);
    f.set(tiles);
    f.get(at).i32(height).op('i32.mul').set(first);
    least(f, tiles, height, rows, first);
    f.set(count);
    f.get(packedB).set(panels).get(adds).set(onTop);
    depthBlocks(f, depth, (block, done) => {
      moved(f, a, aRow, first);
      f.get(aDepth).get(done).op('i32.mul').op('i32.add');
      f.get(aRow).get(aDepth).get(count).get(block).get(packedA).call(pack);
      f.get(count).get(columns).get(block).get(packedA).get(panels);
      moved(f, c, cRow, first);
      f.get(cRow).get(onTop).get(scratch).call(multiply);
      moved(f, panels, block, whole, 4);
      f.set(panels).i32(1).set(onTop);
    });
    f.get(at).get(tiles).op('i32.add').set(at);
    f.get(at).get(to).op('i32.lt_s');
  });
  return f;
}

/**
 * One register tile, or the first rows of one. Unrolling over k makes V8 regroup the multiply-adds and spill, so the loop is
 * left as it is.
 */
function tileFunction(height: number): FunctionBuilder {
  const f = new FunctionBuilder(['i32', 'i32', 'i32', 'i32', 'i32', 'i32']);
  const [depth, a, b, c, stride, adds] = [0, 1, 2, 3, 4, 5];
  const { rows, columns } = tile();
  const vectors = Array.from({ length: columns / 4 }, (_, j) => j);
  const sums = Array.from({ length: height }, () => vectors.map(() => f.local('v128')));
  const right = vectors.map(() => f.local('v128'));
  const left = f.local('v128');
  f.repeatIf(depth, () => {
    right.forEach((local, j) =>
      f
        .get(b)
        .memory('v128.load', 16 * j)
        .set(local),
    );
    sums.forEach((row, i) => {
      f.get(a)
        .memory('v128.load32_splat', 4 * i)
        .set(left);
      row.forEach((sum, j) => multiplyAdd(f, left, right[j], sum));
    });
    f.increase(a, 4 * rows).increase(b, 4 * columns);
    f.get(depth).i32(1).op('i32.sub').tee(depth);
  });
  const store = (before: (j: number) => void, after: () => void): void =>
    sums.forEach((row) => {
      row.forEach((sum, j) => {
        f.get(c);
        before(j);
        f.get(sum);
        after();
        f.memory('v128.store', 16 * j);
      });
      f.get(c).get(stride).op('i32.add').set(c);
    });
  f.get(adds).when(
    () => store((j) => f.get(c).memory('v128.load', 16 * j), () => f.op('f32x4.add')), // prettier-ignore
    () => store(() => undefined, () => undefined), // prettier-ignore
  );
  return f;
}

function multiplyAdd(f: FunctionBuilder, a: number, b: number, sum: number): void {
  if (hasMultiplyAdd()) f.get(a).get(b).get(sum).op('f32x4.relaxed_madd').set(sum);
  else f.get(sum).get(a).get(b).op('f32x4.mul').op('f32x4.add').set(sum);
}

/** All tiles of a block of C; those whose columns stick out are computed into the scratch tile and copied. */
function multiplyFunction(): FunctionBuilder {
  const f = new FunctionBuilder(Array.from({ length: 9 }, () => 'i32' as const));
  const [rows, columns, depth, a, b, c, stride, adds, scratch] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const [height, width] = [tile().rows, tile().columns];
  const [column, row, panel, corner] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const tiles = Array.from({ length: height }, (_, i) => tileFunction(i + 1));
  const edge = edgeFunction();
  /** The first `count` rows of a tile, all that there are. */
  const some = (count: number): void => {
    f.get(column).i32(width).op('i32.ge_s').when(
      () => f.get(depth).get(panel).get(b).get(corner).get(stride).get(adds).call(tiles[count - 1]),
      () => {
        f.get(depth).get(panel).get(b).get(scratch).i32(4 * width).i32(0).call(tiles[count - 1]); // prettier-ignore
        f.get(scratch).get(corner).get(stride).get(row).get(column).get(adds).call(edge);
      },
    ); // prettier-ignore
  };
  const atMost = (count: number): void => {
    if (count === 1) return some(1);
    f.get(row).i32(count).op('i32.ge_s').when(() => some(count), () => atMost(count - 1)); // prettier-ignore
  };
  f.get(columns).set(column);
  f.repeat(() => {
    f.get(rows).set(row).get(a).set(panel).get(c).set(corner);
    f.repeat(() => {
      atMost(height);
      f.get(panel).get(depth).i32(4 * height).op('i32.mul').op('i32.add').set(panel); // prettier-ignore
      f.get(corner).get(stride).i32(height).op('i32.mul').op('i32.add').set(corner);
      f.get(row).i32(height).op('i32.sub').tee(row).i32(0).op('i32.gt_s');
    });
    f.get(b).get(depth).i32(4 * width).op('i32.mul').op('i32.add').set(b); // prettier-ignore
    f.increase(c, 4 * width);
    f.get(column).i32(width).op('i32.sub').tee(column).i32(0).op('i32.gt_s');
  });
  return f;
}

/** Copies or adds the part of the scratch tile that lies inside C. */
function edgeFunction(): FunctionBuilder {
  const f = new FunctionBuilder(['i32', 'i32', 'i32', 'i32', 'i32', 'i32']);
  const [scratch, corner, stride, rows, columns, adds] = [0, 1, 2, 3, 4, 5];
  const { rows: height, columns: width } = tile();
  const [i, j, from, to] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  for (const [count, most] of [
    [rows, height],
    [columns, width],
  ] as const)
    f.get(count).i32(most).op('i32.gt_s').when(() => f.i32(most).set(count)); // prettier-ignore
  f.get(rows).set(i);
  f.repeat(() => {
    f.get(scratch).set(from).get(corner).set(to).get(columns).set(j);
    f.repeat(() => {
      f.get(adds).when(
        () => f.get(to).get(to).memory('f32.load').get(from).memory('f32.load').op('f32.add').memory('f32.store'),
        () => f.get(to).get(from).memory('f32.load').memory('f32.store'),
      );
      f.increase(from, 4).increase(to, 4);
      f.get(j).i32(1).op('i32.sub').tee(j);
    });
    f.increase(scratch, 4 * width).get(corner).get(stride).op('i32.add').set(corner); // prettier-ignore
    f.get(i).i32(1).op('i32.sub').tee(i);
  });
  return f;
}
