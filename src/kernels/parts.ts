import { input } from '../expr/build';
import { substitute, topological, type Expr } from '../expr/expr';
import type { GroupKernel, Kernel, LoopKernel, PlainKernel, View } from './kernels';

/** The plain kernels that compute the results of a kernel one by one, for backends that have no loops with several. */
export function parts(kernel: Kernel): PlainKernel[] {
  if (kernel.kind === 'group') return members(kernel).flatMap((member) => maps(member, kernel.exprs));
  if (kernel.kind !== 'loop') return [kernel];
  const { dims, over } = kernel;
  return [
    ...kernel.folds.map(({ fold, expr }): PlainKernel => ({ kind: 'reduce', fold, dims, over, ...used(kernel.inputs, expr) })), // prettier-ignore
    ...kernel.stores.map((store) => stored(kernel, store)),
  ];
}

/** What each member of a group reads. */
export function members({ sizes, inputs }: GroupKernel): { size: number; inputs: readonly View[] }[] {
  const each = inputs.length / sizes.length;
  return sizes.map((size, m) => ({ size, inputs: inputs.slice(each * m, each * (m + 1)) }));
}

function maps({ size, inputs }: ReturnType<typeof members>[number], exprs: readonly Expr[]): PlainKernel[] {
  return exprs.map((expr) => ({ kind: 'map', dims: [size], ...used(inputs, expr) }));
}

/** One store as a map: its axes in the order in which they lie in its buffer. */
function stored(kernel: LoopKernel, { expr, strides }: LoopKernel['stores'][number]): PlainKernel {
  const dims = [...kernel.dims, ...kernel.over];
  const order = [...dims.keys()].sort((a, b) => strides[b] - strides[a] || dims[a] - dims[b] || a - b);
  const turned = (view: View): View => ({
    ...view,
    dims: order.map((i) => view.dims[i]),
    strides: order.map((i) => view.strides[i]),
  });
  return { kind: 'map', dims: order.map((i) => dims[i]), ...used(kernel.inputs.map(turned), expr) };
}

/** The expression with the inputs that it reads, and no others. */
export function used(inputs: readonly View[], expr: Expr): { inputs: View[]; expr: Expr } {
  const { inputs: read, exprs } = compacted(inputs, [expr]);
  return { inputs: read, expr: exprs[0] };
}

/** The expressions with the inputs that they read, and no others. */
export function compacted(inputs: readonly View[], exprs: readonly Expr[]): { inputs: View[]; exprs: Expr[] } {
  const read = topological(exprs).flatMap((e) => (e.op === 'input' ? [e.value] : []));
  const kept = [...new Set(read)].sort((a, b) => a - b);
  const renumber = (e: Expr) => (e.op === 'input' ? input(kept.indexOf(e.value), e.type) : undefined);
  return { inputs: kept.map((k) => inputs[k]), exprs: exprs.map((expr) => substitute(expr, renumber)) };
}
