import type { Axis } from '../../kernels/axes';
import type { FunctionBuilder } from './function-builder';

/** Moves each operand's pointer by so many turns of an axis. */
export function advance(f: FunctionBuilder, pointers: readonly number[], { strides }: Axis, turns: number): void {
  pointers.forEach((pointer, k) => f.increase(pointer, 4 * strides[k] * turns));
}

/** Nested loops over the axes, the first outermost. The body finds the pointers at its element and leaves them there. */
export function walk(f: FunctionBuilder, axes: readonly Axis[], pointers: readonly number[], body: () => void): void {
  const [axis, ...inner] = axes;
  if (axis === undefined) return body();
  if (axis.size === 0) return;
  f.times(axis.size, () => {
    walk(f, inner, pointers, body);
    if (axis.size > 1) advance(f, pointers, axis, 1);
  });
  if (axis.size > 1) advance(f, pointers, axis, -axis.size);
}

/** Puts up to four elements of an operand, the first at its pointer, into a vector local. */
export function loadLanes(f: FunctionBuilder, local: number, pointer: number, stride: number, count = 4): void {
  if (stride === 0) f.get(pointer).memory('v128.load32_splat').set(local);
  else if (stride === 1) f.get(pointer).memory('v128.load').set(local);
  else {
    f.get(pointer).memory('v128.load32_splat').set(local);
    for (let lane = 1; lane < count; lane++)
      f.get(pointer).i32(4 * stride * lane).op('i32.add').get(local).laneMemory('v128.load32_lane', lane).set(local); // prettier-ignore
  }
}

/** Writes up to four elements of a vector local to an operand. */
export function storeLanes(f: FunctionBuilder, local: number, pointer: number, stride: number, count = 4): void {
  if (stride === 1 && count === 4) f.get(pointer).get(local).memory('v128.store');
  else
    for (let lane = 0; lane < count; lane++)
      f.get(pointer).i32(4 * stride * lane).op('i32.add').get(local).laneMemory('v128.store32_lane', lane); // prettier-ignore
}
