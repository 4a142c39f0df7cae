import { stridesOf } from '../core/shape';
import { foldOrder } from './fold-order';
import type { LoopKernel, MapKernel, ReduceKernel } from './kernels';

/** The map as a loop with one store, row-major or by other strides. */
export function loopOfMap({ dims, inputs, expr }: MapKernel, strides: readonly number[] = stridesOf(dims)): LoopKernel {
  return { kind: 'loop', dims, over: [], inputs, folds: [], stores: [{ expr, strides }], lanes: 'folded' };
}

/** The reduction as a loop with one fold, which adds up in the order that the operands ask for. */
export function loopOfReduce({ dims, over, inputs, fold, expr }: ReduceKernel): LoopKernel {
  const { lanes } = foldOrder(dims, over, inputs.map(({ strides }) => strides)); // prettier-ignore
  return { kind: 'loop', dims, over, inputs, folds: [{ fold, expr }], stores: [], lanes };
}

/** How the buffers that are stored to and those that are read, in this order, are walked, and last the layout if it has one. */
export const walked = ({ stores, inputs, layout }: LoopKernel): (readonly number[])[] => [
  ...[...stores, ...inputs].map(({ strides }) => strides),
  ...(layout ? [layout] : []),
];
