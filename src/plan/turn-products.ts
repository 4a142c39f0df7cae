import type { Step } from '../backend/backend';
import type { Kernel, MatmulKernel, View } from '../kernels/kernels';
import { contiguous } from '../kernels/views';

/**
 * Where all that is done with a matrix product is to copy it transposed, as with the gradient of a weight that was used
 * transposed, the product of the transposed factors in the other order is that copy at once: (AB)' = B'A'. It is computed where
 * the product was, while what it reads is at hand.
 */
export function turnProducts(steps: readonly Step[], outputs: ReadonlySet<number>): Step[] {
  const products = new Map<number, Step & { readonly kernel: MatmulKernel }>();
  const uses = new Map<number, number>([...outputs].map((buffer) => [buffer, 2]));
  for (const step of steps) {
    const { kernel, outputs: written } = step;
    if (kernel.kind === 'matmul' && kernel.triangle === undefined) products.set(written[0], { ...step, kernel });
    for (const { buffer } of kernel.inputs) uses.set(buffer, (uses.get(buffer) ?? 0) + 1);
  }
  /** The copies, by what they are of. */
  const copies = new Map<number, Step>();
  for (const step of steps) {
    const [view] = step.kernel.inputs;
    const product = view && products.get(view.buffer);
    if (product && uses.get(view.buffer) === 1 && isTransposedCopy(step.kernel, product.kernel.dims))
      copies.set(view.buffer, step);
  }
  const copied = new Set(copies.values());
  return steps.flatMap((step) => {
    if (copied.has(step)) return [];
    const copy = copies.get(step.outputs[0]);
    return [copy ? turned(products.get(step.outputs[0])!, copy) : step];
  });
}

/** The step that computes what the copy is of the product. */
function turned(product: Step & { readonly kernel: MatmulKernel }, { kernel, outputs }: Step): Step {
  const [a, b] = product.kernel.inputs;
  const { dims } = kernel;
  return { ...product, outputs, kernel: { kind: 'matmul', dims, rows: 1, columns: 1, inputs: [transposed(b), transposed(a)] } }; // prettier-ignore
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
