import type { GatherKernel } from '../../kernels/kernels';
import { elementPositions, load, still } from './positions';
import type { Writer } from './writer';

/** The executable has checked the indices by then. */
export function printGather({ dims, axis, inputs }: GatherKernel, x: string, writer: Writer): string {
  const [source, index] = inputs;
  const strides = [still(source.strides, axis), index.strides];
  const [start, at] = elementPositions(dims, strides, x, writer) as [string, string];
  const moved = writer.hold('float32', load(1, index, at));
  return load(0, source, `${start} + ${moved} * ${source.strides[axis]}`);
}
