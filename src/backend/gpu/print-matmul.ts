import type { MatmulKernel } from '../../kernels/kernels';
import { along, elementPositions, load, position, still } from './positions';
import { printFold } from './print-fold';
import type { Writer } from './writer';

/** A sum over k of products: a stands still along the columns of the result, b along its rows. */
export function printMatmul({ dims, inputs }: MatmulKernel, x: string, writer: Writer): string {
  const [a, b] = inputs;
  const starts = elementPositions(dims, [still(a.strides, -1), still(b.strides, -2)], x, writer);
  const axes = [{ size: a.dims.at(-1)!, strides: [a.strides.at(-1)!, b.strides.at(-2)!] }];
  const value = (at: readonly string[]) => {
    const factors = inputs.map((view, k) => load(k, view, position(starts[k], at, along(axes, k))));
    return factors.join(' * ');
  };
  return printFold({ fold: 'sum', type: 'float32', axes, value }, writer);
}
