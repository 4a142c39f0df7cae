import { product } from '../../core/shape';
import { topological } from '../../expr/expr';
import { kernelType, type PlainKernel, type View } from '../../kernels/kernels';
import { isWebGl1, type Mode } from './modes/gpu-js';
import { slots } from './storage';

/**
 * Element numbers and positions are computed in float32 outside of JavaScript: below this they are exact. Those of int32
 * count twice, since each has two numbers.
 */
const exactBelow = 2 ** 24;

/** Why `mode` cannot run the kernel; null where it can. */
export function reasonAgainst(kernel: PlainKernel, mode: Mode): string | null {
  if (mode === 'cpu') return null;
  if (isWebGl1(mode) && readsOrComputesInts(kernel)) return 'it has int32 in it, of which WebGL 1 has fewer bits';
  const outputs = counts(kernel).map((count) => count - 1);
  const inputs = kernel.inputs.map((view) => (lastPosition(view) + 1) * slots(view.dtype) - 1);
  const reach = Math.max(...outputs, ...inputs);
  return reach < exactBelow
    ? null
    : `it reaches position ${reach}, and ${exactBelow - 1} is the last that float32 numbers exactly`;
}

function readsOrComputesInts(kernel: PlainKernel): boolean {
  if (kernelType(kernel) === 'int32' || kernel.inputs.some(({ dtype }) => dtype === 'int32')) return true;
  return 'expr' in kernel && topological([kernel.expr]).some(({ type }) => type === 'int32');
}

/** How many numbers a kernel writes, and how many places within a reduction it tells apart. */
function counts(kernel: PlainKernel): number[] {
  const elements = product(kernel.dims);
  const written = elements * slots(kernelType(kernel));
  if (kernel.kind !== 'reduce') return [written];
  const width = product(kernel.over);
  const readsIndex = topological([kernel.expr]).some((e) => e.op === 'index');
  return [written, kernel.fold.startsWith('arg') ? width : 0, readsIndex ? elements * width : 0];
}

function lastPosition({ dims, strides, offset }: View): number {
  if (dims.includes(0)) return 0;
  return dims.reduce((last, size, i) => last + Math.max(0, (size - 1) * strides[i]), offset);
}
