import { stridesOf } from '../../core/shape';
import { jointAxes } from '../../kernels/axes';
import type { GatherKernel, ScatterAddKernel, View } from '../../kernels/kernels';
import type { FunctionBuilder } from './function-builder';
import { beginCall, walk } from './loops';

/** Where a kernel leaves the index that is out of range; it then returns 1. */
export const faultAddress = 0;

/**
 * Loops over the indices with a pointer per operand, hands over the address in the indexed operand, and returns 1 at the
 * first index out of range. `strides` of the indexed operand along other axes than `axis` move its pointer.
 */
function indexed(
  index: View,
  {
    axis,
    size,
    indexed: strides,
    other,
  }: { axis: number; size: number; indexed: readonly number[]; other: readonly number[] },
  body: (f: FunctionBuilder, address: number, otherPointer: number) => void,
): FunctionBuilder {
  const { f, pointers } = beginCall(3, ['i32']);
  const [target, indices, elements] = pointers;
  const [at, address] = [f.local('i32'), f.local('i32')];
  const fixed = strides.map((s, i) => (i === axis ? 0 : s));
  walk(f, jointAxes(index.dims, [fixed, index.strides, other]), [target, indices, elements], () => {
    f.get(indices).memory('i32.load').tee(at).i32(size).op('i32.ge_u');
    f.when(() => f.i32(faultAddress).get(at).memory('i32.store'));
    f.get(at).i32(size).op('i32.ge_u').returnIf();
    f.get(target).get(at).i32(4 * strides[axis]).op('i32.mul').op('i32.add').set(address); // prettier-ignore
    body(f, address, elements);
  });
  f.i32(0);
  return f;
}

/** (source, index, out): out[i] = source[i with i[axis] replaced by index[i]]. */
export function gatherFunction({ axis, inputs: [source, index], dims }: GatherKernel): FunctionBuilder {
  const layout = { axis, size: source.dims[axis], indexed: source.strides, other: stridesOf(dims) };
  return indexed(index, layout, (f, from, out) => f.get(out).get(from).memory('i32.load').memory('i32.store'));
}

/** (out, index, update): adds every update to where its index points; out holds the base already. */
export function scatterAddFunction({ axis, inputs: [base, index, update], dims }: ScatterAddKernel): FunctionBuilder {
  const layout = { axis, size: dims[axis], indexed: stridesOf(dims), other: update.strides };
  const [load, add, store] =
    base.dtype === 'float32'
      ? (['f32.load', 'f32.add', 'f32.store'] as const)
      : (['i32.load', 'i32.add', 'i32.store'] as const);
  return indexed(index, layout, (f, to, from) =>
    f.get(to).get(to).memory(load).get(from).memory(load).op(add).memory(store),
  );
}
