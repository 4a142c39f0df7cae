import type { Step } from '../backend/backend';
import type { Kernel, MatmulKernel, View } from '../kernels/kernels';
import { contiguous } from '../kernels/views';

/**
 * Where all that is done with a matrix product is to copy it transposed, as with the gradient of a weight that was used
 * transposed, the product of the transposed factors in the other order is that copy at once: (AB)' = B'A'.
 */
export function turnProducts(steps: readonly Step[], outputs: ReadonlySet<number>): Step[] {
  const products = new Map<number, MatmulKernel>();
  const uses = new Map<number, number>([...outputs].map((buffer) => [buffer, 2]));
  for (const { kernel, outputs: written } of steps) {
    if (kernel.kind === 'matmul') products.set(written[0], kernel);
    for (const { buffer } of kernel.inputs) uses.set(buffer, (uses.get(buffer) ?? 0) + 1);
  }
  return steps.map((step) => {
    const [view] = step.kernel.inputs;
    const product = view && products.get(view.buffer);
    if (!product || uses.get(view.buffer) !== 1 || !isTransposedCopy(step.kernel, product.dims)) return step;
    const [a, b] = product.inputs;
    return {
      ...step,
      kernel: { kind: 'matmul', dims: view.dims, rows: 1, columns: 1, inputs: [transposed(b), transposed(a)] },
      name: 'matmul',
    };
  });
}

function isTransposedCopy(kernel: Kernel, dims: readonly number[]): boolean {
  if (kernel.kind !== 'map' || kernel.expr.op !== 'input') return false;
  const [view] = kernel.inputs;
  const turned = transposed(contiguous(view.buffer, view.dtype, dims));
  return view.offset === 0 && view.dims.join() === turned.dims.join() && view.strides.join() === turned.strides.join();
}

function transposed(view: View): View {
  const turn = (list: readonly number[]): number[] => [
    ...list.slice(0, -2),
    list[list.length - 1],
    list[list.length - 2],
  ];
  return { ...view, dims: turn(view.dims), strides: turn(view.strides) };
}
