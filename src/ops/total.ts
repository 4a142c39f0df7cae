import { product, shapeOf } from '../core/shape';
import { add, input } from '../expr/build';
import { noAttrs, type Node } from '../graph/node';
import { record } from '../graph/recorder';
import type { PlainKernel, View } from '../kernels/kernels';
import { primitive, type Emit } from './primitive';

/** As many inputs as one kernel of any device can read. */
const most = 8;

const totalOp = primitive({
  name: 'total',
  lower(_, inputs, emit) {
    let left = inputs.map((view) => sumOf(view, emit));
    while (left.length > most) {
      const parts = Array.from({ length: Math.ceil(left.length / most) }, (_, i) =>
        left.slice(i * most, (i + 1) * most),
      );
      left = parts.map((part) => emit(sumOfScalars(part)));
    }
    return { kernel: sumOfScalars(left) };
  },
});

/** The sum over all elements of all the float32 tensors: one node, however many they are. It has no derivative. */
export function total(tensors: readonly Node[]): Node {
  return record(totalOp, tensors, noAttrs, shapeOf([]), 'float32');
}

function sumOf(view: View, emit: Emit): View {
  const { dims } = view;
  if (product(dims) === 1) return { ...view, dims: [], strides: [] };
  return emit({ kind: 'reduce', fold: 'sum', dims: [], over: dims, inputs: [view], expr: input(0, 'float32') });
}

function sumOfScalars(scalars: readonly View[]): PlainKernel {
  const expr = scalars.map((_, i) => input(i, 'float32')).reduce((sum, x) => add(sum, x));
  return { kind: 'map', dims: [], inputs: scalars, expr };
}
