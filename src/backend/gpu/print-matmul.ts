import type { MatmulKernel } from '../../kernels/kernels';
import { jointAxes, single } from '../../kernels/axes';
import { productAxes, type Walk } from '../../kernels/products';
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
  const value = (at: readonly string[]) => {
    const factors = inputs.map((view, k) => load(writer, k, view, position(starts[k], at, along(axes, k))));
    return factors.join(' * ');
  };
  return printFold({ fold: 'sum', type: 'float32', axes, value }, writer);
}
