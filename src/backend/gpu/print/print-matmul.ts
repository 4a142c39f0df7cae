import type { MatmulKernel } from '../../../kernels/kernels';
import { jointAxes, single, type Axis } from '../../../kernels/axes';
import { productAxes, type Walk } from '../../../kernels/products';
import { along, elementPositions, load, position } from './positions';
import { printFold } from './print-fold';
import type { Writer } from './writer';

const still = ({ dims }: Walk): number[] => dims.map(() => 0);

/** A sum over k of products: a stands still along the columns of the result, b along its rows. */
export function printMatmul(kernel: MatmulKernel, x: string, writer: Writer): string {
  const { dims, inputs } = kernel;
  const { batch, rows, columns, depth } = productAxes(kernel);
  const left = [...batch[0].strides, ...rows.strides, ...still(columns)];
  const right = [...batch[1].strides, ...still(rows), ...columns.strides];
  const starts = elementPositions(dims, [left, right], x, writer);
  const joint = jointAxes(depth[0].dims, depth.map(({ strides }) => strides)); // prettier-ignore
  const axes = joint.length > 0 ? joint : [single(2)];
  const { steps, walked } = inSteps(axes);
  const value = (at: readonly string[]) => steps.map((offsets) => factors(at, offsets)).join(' + ');
  const factors = (at: readonly string[], offsets: readonly number[]) =>
    inputs
      .map((view, k) => {
        const place = position(starts[k], at, along(walked, k));
        return load(writer, k, view, offsets[k] === 0 ? place : `${place} + (${offsets[k]})`);
      })
      .join(' * ');
  return printFold({ fold: 'sum', type: 'float32', axes: walked, value }, writer);
}

/** So many products are one step of the innermost loop: positions are computed once for them. */
const unrolled = 4;

/** The axes with fewer steps along the last, and how far apart in each factor the products of one step lie. */
function inSteps(axes: readonly Axis[]): { walked: readonly Axis[]; steps: number[][] } {
  const { size, strides } = axes.at(-1)!;
  if (size % unrolled !== 0) return { walked: axes, steps: [strides.map(() => 0)] };
  const walked = [...axes.slice(0, -1), { size: size / unrolled, strides: strides.map((stride) => stride * unrolled) }];
  return { walked, steps: Array.from({ length: unrolled }, (_, i) => strides.map((stride) => stride * i)) };
}
