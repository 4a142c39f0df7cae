import { product, stridesOf } from '../../core/shape';
import { jointAxes, single, type Axis } from '../../kernels/axes';
import type { GatherKernel, ScatterAddKernel, View } from '../../kernels/kernels';
import type { FunctionBuilder } from './function-builder';
import { advance, beginCall, walk, walkRange } from './loops';

/** Where a kernel leaves an index that is out of range, and behind it that there is one: it then ends. */
export const faultAddress = 0;

/** How indices are walked: of every axis the strides of the indexed operand, of the indices, and of the elements. */
interface Indexing {
  /** The axes outside of the innermost, along which there is one index for all. */
  readonly outer: readonly Axis[];
  readonly row: Axis;
  /** The indexed axis: how long it is, and how far its elements are from each other. */
  readonly size: number;
  readonly stride: number;
}

function indexing(
  index: View,
  axis: number,
  size: number,
  strides: readonly number[],
  elements: readonly number[],
): Indexing {
  const fixed = strides.map((s, i) => (i === axis ? 0 : s));
  const axes = jointAxes(index.dims, [fixed, index.strides, elements]);
  const hasRow = axes.at(-1)?.strides[1] === 0;
  return {
    outer: hasRow ? axes.slice(0, -1) : axes,
    row: hasRow ? axes.at(-1)! : single(3),
    size,
    stride: strides[axis],
  };
}

const gathered = ({ axis, inputs: [source, index], dims }: GatherKernel): Indexing =>
  indexing(index, axis, source.dims[axis], source.strides, stridesOf(dims));
const scattered = ({ axis, inputs: [, index, update], dims }: ScatterAddKernel): Indexing =>
  indexing(index, axis, dims[axis], stridesOf(dims), update.strides);

/** Into how many units the work can be divided. */
export const gatherUnits = (kernel: GatherKernel): number => outermost(gathered(kernel));
const outermost = ({ outer }: Indexing): number => outer[0]?.size ?? 1;

/** Threads must not add to the same element: they share the axes before the indexed one or, where there is none, that one. */
export const scatterAddUnits = (kernel: ScatterAddKernel): number =>
  sharesPlaces(kernel) ? kernel.dims[kernel.axis] : outermost(scattered(kernel));
const sharesPlaces = ({ axis, inputs: [, index] }: ScatterAddKernel): boolean => product(index.dims.slice(0, axis)) === 1; // prettier-ignore

/** A function of the addresses of the indexed operand, the indices, and the elements; `move` does it for 4 elements or 1. */
function indexedFunction(
  { outer, row, size, stride }: Indexing,
  sharesPlaces: boolean,
  move: (f: FunctionBuilder, to: { indexed: number; element: number }, count: number) => void,
): FunctionBuilder {
  const call = beginCall(3);
  const { f, pointers } = call;
  const [target, indices, elements] = pointers;
  const [at, indexed, element] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const atIndex = (): void => {
    f.get(indices).memory('i32.load').tee(at).i32(size).op('i32.ge_u');
    f.when(() => f.i32(faultAddress).get(at).memory('i32.store').i32(faultAddress).i32(1).memory('i32.store', 4).return()); // prettier-ignore
    if (sharesPlaces) f.get(at).get(call.from).op('i32.ge_u').get(at).get(call.to).op('i32.lt_u').op('i32.and');
    const moveRow = (): void => {
      f.get(target).get(at).i32(4 * stride).op('i32.mul').op('i32.add').set(indexed).get(elements).set(element); // prettier-ignore
      along(f, row, { indexed, element }, move);
    };
    if (sharesPlaces) f.when(moveRow);
    else moveRow();
  };
  if (sharesPlaces || outer.length === 0) walk(f, outer, pointers, atIndex);
  else walkRange(call, outer, pointers, atIndex);
  return f;
}

/** Goes along a row, four elements at a time where they lie side by side. */
function along(
  f: FunctionBuilder,
  { size, strides: [first, , second] }: Axis,
  to: { indexed: number; element: number },
  move: (f: FunctionBuilder, to: { indexed: number; element: number }, count: number) => void,
): void {
  const isDense = first === 1 && second === 1;
  const axis = { size, strides: [first, second] };
  for (const [count, turns] of [
    [4, isDense ? Math.floor(size / 4) : 0],
    [1, isDense ? size % 4 : size],
  ])
    // prettier-ignore
    f.times(turns, () => {
      move(f, to, count);
      advance(f, [to.indexed, to.element], axis, count);
    });
}

/** (source, index, out): out[i] = source[i with i[axis] replaced by index[i]]. */
export function gatherFunction(kernel: GatherKernel): FunctionBuilder {
  return indexedFunction(gathered(kernel), false, (f, { indexed, element }, count) => {
    const [load, store] = count === 4 ? (['v128.load', 'v128.store'] as const) : (['i32.load', 'i32.store'] as const);
    f.get(element).get(indexed).memory(load).memory(store);
  });
}

/** (out, index, update): adds every update to where its index points; out holds the base already. */
export function scatterAddFunction(kernel: ScatterAddKernel): FunctionBuilder {
  const isFloat = kernel.inputs[0].dtype === 'float32';
  return indexedFunction(scattered(kernel), sharesPlaces(kernel), (f, { indexed, element }, count) => {
    f.get(indexed);
    if (count === 4)
      f.get(indexed).memory('v128.load').get(element).memory('v128.load').op(isFloat ? 'f32x4.add' : 'i32x4.add').memory('v128.store'); // prettier-ignore
    else if (isFloat)
      f.get(indexed).memory('f32.load').get(element).memory('f32.load').op('f32.add').memory('f32.store'); // prettier-ignore
    else f.get(indexed).memory('i32.load').get(element).memory('i32.load').op('i32.add').memory('i32.store');
  });
}
