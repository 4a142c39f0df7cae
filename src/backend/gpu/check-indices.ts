import { IndexError } from '../../core/errors';
import type { GatherKernel, PlainKernel, ScatterAddKernel, View } from '../../kernels/kernels';
import { intAt } from './storage';

type Indexing = GatherKernel | ScatterAddKernel;

export function readsIndices(kernel: PlainKernel): kernel is Indexing {
  return kernel.kind === 'gather' || kernel.kind === 'scatterAdd';
}

/** Indices are checked here, before a kernel that could not complain reads or drops by them. */
export function checkIndices(kernel: Indexing, name: string, halves: Float32Array): void {
  const [indexed, index] = kernel.inputs;
  const size = indexed.dims[kernel.axis];
  const bad = firstInt(index, halves, (i) => i < 0 || i >= size);
  if (bad !== undefined) throw new IndexError(`${name}: index ${bad} is out of range; allowed are 0 to ${size - 1}`);
}

/** The first element of the view, in row-major order, that `found` accepts; what is repeated is looked at once. */
function firstInt(view: View, halves: Float32Array, found: (value: number) => boolean): number | undefined {
  if (view.dims.includes(0)) return undefined;
  const axes = view.dims.map((size, i) => ({ size, stride: view.strides[i] })).filter((axis) => axis.stride !== 0);
  const search = (depth: number, position: number): number | undefined => {
    const axis = axes[depth];
    if (!axis) return found(intAt(halves, position)) ? intAt(halves, position) : undefined;
    for (let i = 0; i < axis.size; i++) {
      const value = search(depth + 1, position + i * axis.stride);
      if (value !== undefined) return value;
    }
    return undefined;
  };
  return search(0, view.offset);
}
