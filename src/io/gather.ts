import type { Values } from './elements';

/** Where the elements of a view lie in its storage, counted in elements. */
export interface Strided {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** The elements of a view, row by row. */
export function gather<T extends Values>(values: T, { shape, strides }: Strided): T {
  const size = shape.reduce((product, dim) => product * dim, 1);
  const out = new (values.constructor as new (count: number) => T)(size);
  const index = new Array<number>(shape.length).fill(0);
  for (let i = 0, at = 0; i < size; i++) {
    out[i] = values[at];
    at += step(index, shape, strides);
  }
  return out;
}

/** Moves to the next place, the last axis first; returns how far that is. */
function step(index: number[], shape: readonly number[], strides: readonly number[]): number {
  let distance = 0;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    distance += strides[axis];
    if (++index[axis] < shape[axis]) break;
    distance -= strides[axis] * shape[axis];
    index[axis] = 0;
  }
  return distance;
}
