import { product } from '../../core/shape';
import { topological } from '../../expr/expr';
import type { PlainKernel, View } from '../../kernels/kernels';
import type { Mode } from './gpu-js';

/**
 * Element numbers and positions are computed in float32 outside of JavaScript. Below this they are exact, quotients and
 * the doubled positions of int32 halves included.
 */
const exactBelow = 2 ** 23;

/** Why `mode` cannot run the kernel; null where it can. */
export function reasonAgainst(kernel: PlainKernel, mode: Mode): string | null {
  if (mode === 'cpu') return null;
  const reach = Math.max(...counts(kernel), ...kernel.inputs.map(lastPosition));
  return reach < exactBelow
    ? null
    : `it reaches position ${reach}, and ${exactBelow - 1} is the last that float32 numbers exactly`;
}

/** The element numbers that a kernel computes: of the output, and within a reduction where they matter. */
function counts(kernel: PlainKernel): number[] {
  const elements = product(kernel.dims);
  if (kernel.kind !== 'reduce') return [elements];
  const width = product(kernel.over);
  const readsIndex = topological([kernel.expr]).some((e) => e.op === 'index');
  return [elements, kernel.fold.startsWith('arg') ? width : 0, readsIndex ? elements * width : 0];
}

function lastPosition({ dims, strides, offset }: View): number {
  if (dims.includes(0)) return 0;
  return dims.reduce((last, size, i) => last + Math.max(0, (size - 1) * strides[i]), offset);
}
