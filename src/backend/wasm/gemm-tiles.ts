import { hasMultiplyAdd } from './features';
import { FunctionBuilder } from './function-builder';

/**
 * A tile of `rows` by `columns` sums is held in registers: 6 by 8 uses the engine's fifteen free vector registers exactly,
 * where multiply-add is one instruction; a product in a register of its own leaves room for 4 by 8.
 */
export const tile = () => ({ rows: hasMultiplyAdd() ? 6 : 4, columns: 8 });

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
export function multiplyFunction(): FunctionBuilder {
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
