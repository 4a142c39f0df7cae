import type { ScatterAddKernel } from '../../../kernels/kernels';
import { along, coordinates, load, position, still } from './positions';
import { printFold } from './print-fold';
import type { Writer } from './writer';

/** Pull form: each element walks the updates of its row and adds those that name it. */
export function printScatterAdd(kernel: ScatterAddKernel, x: string, writer: Writer): string {
  const { dims, axis, inputs } = kernel;
  const [base, index] = inputs;
  const at = coordinates(dims, x, writer);
  const total = writer.variable(base.dtype, load(writer, 0, base, position('o0', at, base.strides)));
  const covered = at.flatMap((c, i) => (i !== axis && index.dims[i] < dims[i] ? [`${c} < ${index.dims[i]}`] : []));
  writer.blockIf(covered, () => {
    const sum = `${total.read} + ${printUpdates(kernel, at, writer)}`;
    total.set(base.dtype === 'int32' ? writer.ints.wrap(sum) : sum);
  });
  return total.read;
}

/** The sum of the updates whose index is the element's own. */
function printUpdates({ axis, inputs }: ScatterAddKernel, at: readonly string[], writer: Writer): string {
  const [, index, update] = inputs;
  const type = update.dtype;
  const axes = [{ size: index.dims[axis], strides: [0, index.strides[axis], update.strides[axis]] }];
  const rows = inputs.map((view, k) => writer.hold('float32', position(`o${k}`, at, still(view.strides, axis))));
  const value = (j: readonly string[]) => {
    const [, named, added] = inputs.map((view, k) => load(writer, k, view, position(rows[k], j, along(axes, k))));
    const own = writer.variable(type, writer.literal(type, 0));
    writer.blockIf([`${writer.hold('float32', named)} === ${at[axis]}`], () => own.set(added));
    return own.read;
  };
  return printFold({ fold: 'sum', type, axes, value }, writer);
}
