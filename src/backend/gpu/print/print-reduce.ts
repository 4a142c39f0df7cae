import { jointAxes } from '../../../kernels/axes';
import { product } from '../../../core/shape';
import type { ReduceKernel } from '../../../kernels/kernels';
import { printExpression } from './expression';
import { along, elementPositions, load, position } from './positions';
import { flat, printFold } from './print-fold';
import type { Writer } from './writer';

export function printReduce({ dims, over, inputs, expr, fold }: ReduceKernel, x: string, writer: Writer): string {
  const rank = dims.length;
  const [outer, inner] = [inputs.map((v) => v.strides.slice(0, rank)), inputs.map((v) => v.strides.slice(rank))];
  const starts = elementPositions(dims, outer, x, writer);
  const axes = jointAxes(over, inner);
  const width = product(over);
  const value = (at: readonly string[]) => {
    const loads = inputs.map((view, k) => load(writer, k, view, position(starts[k], at, along(axes, k))));
    return printExpression(expr, { inputs: loads, index: () => `${x} * ${width} + ${flat(axes, at)}` }, writer);
  };
  return printFold({ fold, type: expr.type, axes, value }, writer);
}
