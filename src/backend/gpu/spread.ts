import type { ComputeType } from '../../core/dtype';
import { product } from '../../core/shape';
import { input, mul } from '../../expr/build';
import { foldType, type MatmulKernel, type ReduceKernel, type View } from '../../kernels/kernels';
import { productAxes } from '../../kernels/products';
import { contiguous } from '../../kernels/views';
import type { PlainStep } from '../plain-steps';
import { enoughThreads } from './print/formulations';

/** So many elements one thread folds at least: fewer are not worth a second kernel. */
const least = 64;

/** A fold of many elements into few results as two: parts of each result side by side, then the parts. */
export function spread(step: PlainStep, add: (dtype: ComputeType, size: number) => number): PlainStep[] {
  const { kernel } = step;
  if (kernel.kind !== 'reduce' && kernel.kind !== 'matmul') return [step];
  const fold = kernel.kind === 'reduce' ? kernel : asReduce(kernel);
  const parts = isPositional(fold) ? null : inParts(fold);
  if (parts === null) return [step];
  const { dims } = fold;
  const count = product(parts.dims) / product(dims);
  const type = foldType(fold);
  const buffer = add(type, product(parts.dims));
  const whole = contiguous(buffer, type, [...dims, count]);
  const joined: ReduceKernel = { ...fold, over: [count], inputs: [whole], expr: input(0, type) };
  return [
    { ...step, kernel: parts, output: buffer },
    { ...step, kernel: joined },
  ];
}

const isPositional = ({ fold }: ReduceKernel): boolean => fold === 'argmax' || fold === 'argmin';

/** The product as a sum of products. */
function asReduce(kernel: MatmulKernel): ReduceKernel {
  const { batch, rows, columns, depth } = productAxes(kernel);
  const still = (axes: { readonly dims: readonly number[] }) => axes.dims.map(() => 0);
  const strides = [
    [...batch[0].strides, ...rows.strides, ...still(columns), ...depth[0].strides],
    [...batch[1].strides, ...still(rows), ...columns.strides, ...depth[1].strides],
  ];
  const over = depth[0].dims;
  const dims = [...kernel.dims, ...over];
  const inputs = kernel.inputs.map((view, k): View => ({ ...view, dims, strides: strides[k] }));
  return {
    kind: 'reduce',
    fold: 'sum',
    dims: kernel.dims,
    over,
    inputs,
    expr: mul(input(0, 'float32'), input(1, 'float32')),
  };
}

/** The kernel with the first of what it folds among its results, in such a number that threads are enough; null to leave it. */
function inParts(kernel: ReduceKernel): ReduceKernel | null {
  const { dims, over, inputs } = kernel;
  const [results, width] = [product(dims), product(over)];
  const wanted = Math.min(enoughThreads / results, width / least);
  if (results === 0 || wanted < 2) return null;
  const { axis, outer } = nearest(over, wanted);
  const inner = over[axis] / outer;
  if (product(over.slice(0, axis)) * outer < 2) return null;
  const at = dims.length + axis;
  const split = ({ dims: sizes, strides, ...view }: View): View => ({
    ...view,
    dims: [...sizes.slice(0, at), outer, inner, ...sizes.slice(at + 1)],
    strides: [...strides.slice(0, at), strides[at] * inner, strides[at], ...strides.slice(at + 1)],
  });
  return {
    ...kernel,
    dims: [...dims, ...over.slice(0, axis), outer],
    over: [inner, ...over.slice(axis + 1)],
    inputs: inputs.map(split),
  };
}

/** Where to cut the axes, so that what is before comes nearest to the number wanted; an axis is cut into equal parts. */
function nearest(over: readonly number[], wanted: number): { axis: number; outer: number } {
  let best = { axis: 0, outer: 1, miss: Infinity };
  over.forEach((size, axis) => {
    const before = product(over.slice(0, axis));
    for (let outer = 1; outer <= Math.min(size, 4 * wanted); outer++) {
      const miss = Math.abs(Math.log((before * outer) / wanted));
      if (size % outer === 0 && miss < best.miss) best = { axis, outer, miss };
    }
  });
  return best;
}
