import { FunctionBuilder } from './function-builder';
import type { Path } from './offset-tables';

/** How a tile finds the values of its rows for each step. */
interface Left {
  /** Leaves an address on the stack that the value of the row is `offset(row)` bytes away from. */
  address(row: number): void;
  offset(row: number): number;
  /** Goes on to the next step. */
  advance(): void;
}

/** Values of rows that lie side by side, packed or as they are in memory: the first ones at `a`, the next ones `by` bytes further. */
const together = (f: FunctionBuilder, a: number, by: number): Left => ({
  address: () => f.get(a),
  offset: (row) => 4 * row,
  advance: () => f.get(a).get(by).op('i32.add').set(a),
});

/** Rows each of which lies in one piece, wherever they are: the table at `a` says how far each is from `by`. */
function apart(f: FunctionBuilder, a: number, by: number, height: number): Left {
  const rows = Array.from({ length: height }, () => f.local('i32'));
  rows.forEach((row, i) => f.get(by).get(a).memory('i32.load', 4 * i).op('i32.add').set(row)); // prettier-ignore
  return {
    address: (row) => f.get(rows[row]),
    offset: () => 0,
    advance: () => rows.forEach((row) => f.increase(row, 4)),
  };
}

export const lefts = { together, apart };
export type LeftKind = keyof typeof lefts;

/** Whether the rows of a product are packed first, or how tiles read them where they lie. */
export const leftWays = { packed: 0, apart: 1, together: 2 } as const;
export type LeftWay = keyof typeof leftWays;

const isOnePiece = (path: Path): boolean => path.length === 0 || (path.length === 1 && path[0].stride === 1);

/** A packed row serves all columns: with so many or fewer, packing it costs more than it spares. */
const fewColumns = { apart: 128, together: 64 };
/** Steps along more rows than these would be so far from each other that they share few sets of the cache. */
const fewRows = 256;

/** How m rows are read that n columns are multiplied by; where `columnsLie`, tiles need their registers for columns. */
export function leftWay(
  { rows, depth }: { readonly rows: Path; readonly depth: Path },
  { m, n }: { readonly m: number; readonly n: number },
  columnsLie: boolean,
): LeftWay {
  if (isOnePiece(rows) && depth.length <= 1 && m <= fewRows && n <= fewColumns.together) return 'together';
  return isOnePiece(depth) && n <= fewColumns.apart && !columnsLie ? 'apart' : 'packed';
}

/** Elements that have left the second level of the cache by the time they are read again, whatever it is. */
const worthTouching = 2 ** 17;

/**
 * Whether columns are read along rows once before they are packed. A panel takes a line of the cache of each row, which
 * no processor foresees: a 2 MB factor took 0.27 ms where it had left the cache, and takes 0.15 with the reading.
 */
export const isTouchedFirst = (columns: Path, n: number, k: number): boolean =>
  isOnePiece(columns) && n * k >= worthTouching;

/** A function of an address, a table of how far `count` pieces of `bytes` are from it, and a word to write, which reads them all. */
export function touchFunction(): FunctionBuilder {
  const f = new FunctionBuilder(Array.from({ length: 5 }, () => 'i32' as const));
  const [base, table, count, bytes, word] = [0, 1, 2, 3, 4];
  const [at, end, sum] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const line = 64;
  f.countDown(count, () => {
    f.get(table).memory('i32.load').get(base).op('i32.add').tee(at).get(bytes).op('i32.add').set(end);
    f.repeat(() => {
      f.get(at).memory('i32.load').get(sum).op('i32.add').set(sum);
      f.increase(at, line).get(at).get(end).op('i32.lt_u');
    });
    f.increase(table, 4);
  });
  f.get(word).get(sum).memory('i32.store');
  return f;
}
