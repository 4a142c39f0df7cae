import type { Axis } from '../../kernels/axes';
import { FunctionBuilder } from './function-builder';
import { scratch } from './memory';

/**
 * What every emitted function takes: where the addresses of its operands stand in memory, and from which of the units that
 * its work is divided into up to which other it is to do, and the number of the thread.
 */
export interface Call {
  readonly f: FunctionBuilder;
  readonly from: number;
  readonly to: number;
  readonly thread: number;
  /** A local for the address of each operand. */
  readonly pointers: readonly number[];
}

/** A unit of what goes through arrays from end to end: so many elements. */
export const stretch = 1024;

export function beginCall(operands: number): Call {
  const f = new FunctionBuilder(['i32', 'i32', 'i32', 'i32']);
  const pointers = Array.from({ length: operands }, () => f.local('i32'));
  pointers.forEach((pointer, k) =>
    f
      .get(0)
      .memory('i32.load', 4 * k)
      .set(pointer),
  );
  return { f, from: 1, to: 2, thread: 3, pointers };
}

/** Moves each pointer by so many turns of an axis as a local says. */
export function advanceBy(f: FunctionBuilder, pointers: readonly number[], { strides }: Axis, turns: number): void {
  pointers.forEach((pointer, k) => {
    if (strides[k] !== 0) f.get(turns).i32(4 * strides[k]).op('i32.mul').get(pointer).op('i32.add').set(pointer); // prettier-ignore
  });
}

/** `walk` along the units of the first axis that the call is for. */
export function walkRange(
  { f, from, to }: Call,
  axes: readonly Axis[],
  pointers: readonly number[],
  body: () => void,
): void {
  const [axis, ...inner] = axes;
  advanceBy(f, pointers, axis, from);
  const left = f.local('i32');
  f.get(to).get(from).op('i32.sub').set(left);
  f.countDown(left, () => {
    walk(f, inner, pointers, body);
    advance(f, pointers, axis, 1);
  });
}

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

/** Locals for the inputs of each vector that is taken at a time; inputs that are the same for all have one. */
export function inputLocals(
  f: FunctionBuilder,
  areStill: readonly boolean[],
  vectors: number,
): readonly (readonly number[])[] {
  const still = areStill.map((isStill) => (isStill ? f.local('v128') : undefined));
  return Array.from({ length: vectors }, () => still.map((local) => local ?? f.local('v128')));
}

/** Puts the address of what a thread has for itself into a new local. */
export function ownScratch({ f, thread }: Call): number {
  const start = f.local('i32');
  f.get(thread).i32(scratch.bytes).op('i32.mul').i32(scratch.address).op('i32.add').set(start); // prettier-ignore
  return start;
}

/** How far the four elements of a vector are from the first, in elements. */
export type LaneOffsets = readonly [0, number, number, number];
export const inSteps = (stride: number): LaneOffsets => [0, stride, 2 * stride, 3 * stride];

/**
 * Puts up to four elements of an operand, the first at its pointer, into a vector local; of neighbours in memory, the vector that is
 * `vector` ones further. What lies next to them may be read as well: memory begins before the first buffer and goes on after the last.
 */
export function loadLanes(
  f: FunctionBuilder,
  local: number,
  pointer: number,
  offsets: LaneOffsets,
  count: number,
  vector = 0,
): void {
  const [least, most] = [Math.min(...offsets), Math.max(...offsets)];
  const from = (first: number) => (first === 0 ? f.get(pointer) : f.get(pointer).i32(4 * first).op('i32.add')); // prettier-ignore
  if (most === 0 && least === 0) f.get(pointer).memory('v128.load32_splat').set(local);
  else if (offsets.every((at, i) => at === i))
    f.get(pointer)
      .memory('v128.load', 16 * vector)
      .set(local);
  else if (most - least < 8) {
    from(least).memory('v128.load').set(local);
    f.get(local);
    if (most - least < 4) f.get(local);
    else from(least).memory('v128.load', 16);
    f.shuffle(offsets.map((at) => at - least)).set(local);
  } else {
    f.get(pointer).memory('v128.load32_splat').set(local);
    for (let lane = 1; lane < count; lane++)
      from(offsets[lane]).get(local).laneMemory('v128.load32_lane', lane).set(local);
  }
}

/** Writes up to four elements of a vector local to an operand. */
export function storeLanes(
  f: FunctionBuilder,
  local: number,
  pointer: number,
  stride: number,
  count = 4,
  vector = 0,
): void {
  if (stride === 1 && count === 4) f.get(pointer).get(local).memory('v128.store', 16 * vector);
  else
    for (let lane = 0; lane < count; lane++)
      f.get(pointer).i32(4 * stride * lane).op('i32.add').get(local).laneMemory('v128.store32_lane', lane); // prettier-ignore
}
