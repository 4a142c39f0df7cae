import type { GatherKernel } from '../../../kernels/kernels';
import { elementPositions, load, still } from './positions';
import type { Writer } from './writer';

/** Indices from JavaScript have been checked by then; one that the device computed and that is out of range gives NaN. */
export function printGather({ dims, axis, inputs }: GatherKernel, x: string, writer: Writer): string {
  const [source, index] = inputs;
  const strides = [still(source.strides, axis), index.strides];
  const [start, at] = elementPositions(dims, strides, x, writer) as [string, string];
  const moved = writer.hold('float32', load(writer, 1, index, at));
  const value = writer.variable(source.dtype, writer.literal(source.dtype, source.dtype === 'int32' ? 0 : NaN));
  const isInside = [`${moved} >= 0`, `${moved} < ${source.dims[axis]}`];
  writer.blockIf(isInside, () => value.set(load(writer, 0, source, `${start} + ${moved} * ${source.strides[axis]}`)));
  return value.read;
}
