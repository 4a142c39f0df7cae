import fc from 'fast-check';

/** An array as its definition: sizes, and the element at each index. No strides, so none of the mistakes with them. */
export interface Naive {
  readonly shape: readonly number[];
  at(index: readonly number[]): number;
}

export const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** Every index of the shape, in row-major order. */
export function indices(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (list, size) => list.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]],
  );
}

/** The row-major position of an index. */
export const position = (index: readonly number[], shape: readonly number[]) =>
  index.reduce((at, i, axis) => at * shape[axis]! + i, 0);

export function unravel(at: number, shape: readonly number[]): number[] {
  const index = shape.map(() => 0);
  for (let axis = shape.length - 1; axis >= 0; at = Math.floor(at / shape[axis--]!)) index[axis] = at % shape[axis]!;
  return index;
}

export const naive = (shape: readonly number[], values: ArrayLike<number>): Naive => ({
  shape,
  at: (index) => values[position(index, shape)]!,
});

export const valuesOf = (x: Naive): number[] => indices(x.shape).map((index) => x.at(index));

/** Small whole numbers, on which sums and products of float32 are exact. */
export const values = (size: number) => Array.from({ length: size }, (_, i) => ((i * 7) % 23) - 11);

/** Shapes of any rank from `least` on, sizes of 0 and 1 among them. */
export const shapes = (least = 0, most = 4, smallest = 0) =>
  fc.array(fc.integer({ min: smallest, max: 4 }), { minLength: least, maxLength: most });

/** Choices that depend on what was chosen before, read off a list of numbers: `pick(3)` is 0, 1 or 2. */
export const choices = fc.array(fc.nat(1e6), { minLength: 80, maxLength: 80, size: 'max' }).map((list) => {
  let next = 0;
  return { pick: (below: number) => list[next++ % list.length]! % below, toString: () => list.join(' ') };
});
export type Pick = (below: number) => number;
