import type { View } from '../../kernels/kernels';

/** Where each element of the view lies in its buffer, in row-major order. */
export function positions(view: View): Int32Array {
  let list = Int32Array.of(view.offset);
  view.dims.forEach((size, axis) => {
    const next = new Int32Array(list.length * size);
    list.forEach((at, i) => {
      for (let j = 0; j < size; j++) next[i * size + j] = at + j * view.strides[axis];
    });
    list = next;
  });
  return list;
}

/** The coordinates of flat position `i` in `dims`. */
export function coordinates(i: number, dims: readonly number[]): number[] {
  const out = new Array<number>(dims.length);
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    out[axis] = i % dims[axis];
    i = Math.floor(i / dims[axis]);
  }
  return out;
}

/** The flat row-major position of `at` in `dims`. */
export function flatten(at: readonly number[], dims: readonly number[]): number {
  return at.reduce((flat, c, axis) => flat * dims[axis] + c, 0);
}
