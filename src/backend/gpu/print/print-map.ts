import type { MapKernel } from '../../../kernels/kernels';
import { printExpression } from './expression';
import { elementPositions, load } from './positions';
import type { Writer } from './writer';

export function printMap({ dims, inputs, expr }: MapKernel, x: string, writer: Writer): string {
  const strides = inputs.map((view) => view.strides);
  const at = elementPositions(dims, strides, x, writer);
  const leaves = { inputs: inputs.map((view, k) => load(writer, k, view, at[k])), index: () => x };
  return printExpression(expr, leaves, writer);
}
