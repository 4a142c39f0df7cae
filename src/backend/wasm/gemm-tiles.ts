import { hasMultiplyAdd, joinsVectors } from './features';
import { FunctionBuilder } from './function-builder';
import { argument } from './gemm-arguments';
import { lefts, type LeftKind } from './gemm-reading';
import { TileSteps } from './gemm-triangle';

/**
 * A tile of `rows` by `columns` sums is held in registers: 6 rows of two use the engine's fifteen free vector registers exactly,
 * where multiply-add is one instruction; a product in a register of its own leaves room for 4. Joined vectors are two of a row, and
 * have 5 rows, since V8 spills some of 6 where columns are not packed.
 */
export function tile(): { readonly rows: number; readonly columns: number } {
  const joined = joinsVectors();
  if (!hasMultiplyAdd()) return { rows: 4, columns: joined ? 16 : 8 };
  return joined ? { rows: 5, columns: 16 } : { rows: 6, columns: 8 };
}

/** A tile of fewer rows takes as long as one of so many: sums wait for each other. What each tile takes beside its rows. */
const leastRows = 4;
const perTile = 0.4;

/** How many rows of a product of m tiles have: fewer than they could, where that leaves no last one of one row or two. */
export function tileRowsFor(m: number): number {
  const timeOf = (rows: number): number => Math.max(rows, leastRows) + perTile;
  const time = (rows: number): number => Math.floor(m / rows) * timeOf(rows) + (m % rows === 0 ? 0 : timeOf(m % rows));
  let best = tile().rows;
  for (let rows = best - 1; rows >= leastRows; rows--) if (time(rows) < time(best)) best = rows;
  return best;
}

/** The sums of one register tile or of its first rows, to be taken through the depth and stored. */
export class Tile {
  readonly #sums: readonly (readonly number[])[];
  readonly #right: readonly number[];
  readonly #left: number;

  constructor(
    private readonly f: FunctionBuilder,
    height: number,
  ) {
    const vectors = Array.from({ length: tile().columns / 4 });
    this.#sums = Array.from({ length: height }, () => vectors.map(() => f.local('v128')));
    this.#right = vectors.map(() => f.local('v128'));
    this.#left = f.local('v128');
  }

  /**
   * Adds the products of rows, which `a` and `by` say as `lefts` do, and of the vectors of columns that `load` leaves on the
   * stack; `next` moves on. Unrolling over k makes V8 regroup the multiply-adds and spill, so the loop is left as it is.
   */
  multiply(
    depth: number,
    { kind, a, by }: { kind: LeftKind; a: number; by: number },
    load: (vector: number) => void,
    next: () => void,
  ): void {
    const { f } = this;
    const left = lefts[kind](f, a, by, this.#sums.length);
    f.repeatIf(depth, () => {
      this.#right.forEach((local, j) => {
        load(j);
        f.set(local);
      });
      this.#sums.forEach((row, i) => {
        left.address(i);
        f.memory('v128.load32_splat', left.offset(i)).set(this.#left);
        row.forEach((sum, j) => multiplyAdd(f, this.#left, this.#right[j], sum));
      });
      left.advance();
      next();
      f.get(depth).i32(1).op('i32.sub').tee(depth);
    });
  }

  /** Writes the sums, row by row, vector j at `offset(j)` bytes from the address in the local `to(j)`, or adds them there. */
  store(to: (vector: number) => number, offset: (vector: number) => number, stride: number, adds: number): void {
    const { f } = this;
    const pointers = new Set(this.#right.map((_, j) => to(j)));
    const write = (value: (sum: number, j: number) => void): void =>
      this.#sums.forEach((row) => {
        row.forEach((sum, j) => {
          f.get(to(j));
          value(sum, j);
          f.memory('v128.store', offset(j));
        });
        for (const pointer of pointers) f.get(pointer).get(stride).op('i32.add').set(pointer);
      });
    f.get(adds).when(
      () => write((sum, j) => f.get(to(j)).memory('v128.load', offset(j)).get(sum).op('f32x4.add')), // prettier-ignore
      () => write((sum) => f.get(sum)),
    );
  }
}

/** One register tile, or its first rows, of packed columns. */
function tileFunction(kind: LeftKind, height: number): FunctionBuilder {
  const f = new FunctionBuilder(Array.from({ length: 7 }, () => 'i32' as const));
  const [depth, a, by, b, c, stride, adds] = Array.from({ length: 7 }, (_, i) => i);
  const sums = new Tile(f, height);
  sums.multiply(depth, { kind, a, by }, (j) => f.get(b).memory('v128.load', 16 * j), () => f.increase(b, 4 * tile().columns)); // prettier-ignore
  sums.store(() => c, (j) => 16 * j, stride, adds); // prettier-ignore
  return f;
}

function multiplyAdd(f: FunctionBuilder, a: number, b: number, sum: number): void {
  if (hasMultiplyAdd()) f.get(a).get(b).get(sum).op('f32x4.relaxed_madd').set(sum);
  else f.get(sum).get(a).get(b).op('f32x4.mul').op('f32x4.add').set(sum);
}

/** A call for the tile whose first rows there are, up to as many as the local says; `call` is given how many. */
export function callForRows(f: FunctionBuilder, rows: number, call: (count: number) => void, most = tile().rows): void {
  if (most === 1) return call(1);
  f.get(rows).i32(most).op('i32.ge_s').when(() => call(most), () => callForRows(f, rows, call, most - 1)); // prettier-ignore
}

export const tilesOfEachHeight = (print: (height: number) => FunctionBuilder): readonly FunctionBuilder[] =>
  Array.from({ length: tile().rows }, (_, i) => print(i + 1));

/**
 * What a function that multiplies a block of rows and all columns is given: `a` and `by` of the first tile, see `lefts`, `done` of
 * the depth before, the number of the `first` row.
 */
export const blockParameters = [
  'rows',
  'columns',
  'depth',
  'a',
  'b',
  'c',
  'stride',
  'adds',
  'scratch',
  'args',
  'done',
  'by',
  'nextTile',
  'first',
] as const;

/** What tiles of a block of rows are made of, in locals. */
interface RowBlock {
  readonly rows: number;
  readonly first: number;
  readonly a: number;
  /** How far the `a` of the next tile is. */
  readonly nextTile: number;
  readonly c: number;
  readonly stride: number;
  readonly args: number;
}

/** A tile of rows, in locals: how many it has, its first one, its `a`, and where its results begin. */
export interface RowTile {
  readonly rows: number;
  readonly row: number;
  readonly left: number;
  readonly corner: number;
}

/** Runs the body for every tile of the rows. */
export function forRowTiles(
  f: FunctionBuilder,
  { rows, first, a, nextTile, c, stride, args }: RowBlock,
  body: (tile: RowTile) => void,
): void {
  const [remaining, most, here, row, left, corner] = Array.from({ length: 6 }, () => f.local('i32'));
  f.get(args).memory('i32.load', 4 * argument.tileRows).set(most); // prettier-ignore
  f.get(rows).set(remaining).get(first).set(row).get(a).set(left).get(c).set(corner);
  f.repeat(() => {
    f.get(remaining).set(here);
    f.get(here).get(most).op('i32.gt_s').when(() => f.get(most).set(here)); // prettier-ignore
    body({ rows: here, row, left, corner });
    f.get(row).get(most).op('i32.add').set(row);
    f.get(left).get(nextTile).op('i32.add').set(left);
    f.get(corner).get(stride).get(most).op('i32.mul').op('i32.add').set(corner);
    f.get(remaining).get(most).op('i32.sub').tee(remaining).i32(0).op('i32.gt_s');
  });
}

/** All tiles of a block of C; those whose columns stick out are computed into the scratch tile and copied. */
export function multiplyFunction(kind: LeftKind): FunctionBuilder {
  const f = new FunctionBuilder(blockParameters.map(() => 'i32' as const));
  const [rows, columns, depth, a, b, c, stride, adds, scratch, args, done, by, nextTile, first] = blockParameters.map(
    (_, i) => i,
  );
  const width = tile().columns;
  const [left, column] = [f.local('i32'), f.local('i32')];
  const tiles = tilesOfEachHeight((height) => tileFunction(kind, height));
  const scattered = scatterFunction();
  const neighbours = f.local('i32');
  f.get(args).memory('i32.load', 4 * argument.neighbours).set(neighbours); // prettier-ignore
  const steps = new TileSteps(f, args);
  f.get(columns).set(left);
  f.repeat(() => {
    forRowTiles(f, { rows, first, a, nextTile, c, stride, args }, (at) => {
      steps.choose({ ...at, column, done, depth });
      const factors = () => {
        f.get(steps.taken);
        steps.fromLeft(kind, at.left, by);
        steps.from(b, { bytes: 4 * width });
      };
      callForRows(f, at.rows, (count) =>
        f.get(left).i32(width).op('i32.ge_s').when(
          () => {
            factors();
            f.get(at.corner).get(stride).get(adds).call(tiles[count - 1]);
          },
          () => {
            factors();
            f.get(scratch).i32(4 * width).i32(0).call(tiles[count - 1]); // prettier-ignore
            f.get(scratch).get(at.corner).get(stride).get(at.rows).get(left).get(adds).get(neighbours).call(scattered);
          },
        ),
      ); // prettier-ignore
    });
    f.get(b).get(depth).i32(4 * width).op('i32.mul').op('i32.add').set(b); // prettier-ignore
    f.increase(c, 4 * width).increase(column, width);
    f.get(left).i32(width).op('i32.sub').tee(left).i32(0).op('i32.gt_s');
  });
  return f;
}

/** Puts the part of the scratch tile that lies inside C there, or adds it; a table says how far each column is from the first. */
export function scatterFunction(): FunctionBuilder {
  const f = new FunctionBuilder(Array.from({ length: 7 }, () => 'i32' as const));
  const [scratch, corner, stride, rows, columns, adds, results] = Array.from({ length: 7 }, (_, i) => i);
  const { rows: height, columns: width } = tile();
  const [i, from, to] = [f.local('i32'), f.local('i32'), f.local('i32')];
  for (const [count, most] of [
    [rows, height],
    [columns, width],
  ] as const)
    f.get(count).i32(most).op('i32.gt_s').when(() => f.i32(most).set(count)); // prettier-ignore
  const column = (put: () => void): void => {
    f.get(scratch).set(from).get(corner).get(results).memory('i32.load').op('i32.add').set(to);
    f.get(rows).set(i);
    f.countDown(i, () => {
      put();
      f.increase(from, 4 * width).get(to).get(stride).op('i32.add').set(to); // prettier-ignore
    });
  };
  f.countDown(columns, () => {
    f.get(adds).when(
      () => column(() => f.get(to).get(to).memory('f32.load').get(from).memory('f32.load').op('f32.add').memory('f32.store')), // prettier-ignore
      () => column(() => f.get(to).get(from).memory('f32.load').memory('f32.store')),
    );
    f.increase(scratch, 4).increase(results, 4);
  });
  return f;
}
