import type { PlaceKernel } from '../../../kernels/kernels';
import { coordinates, load, position } from './positions';
import type { Writer } from './writer';

/** The filling, unless the element lies in a part: each part in turn looks whether it does. */
export function printPlace({ dims, fill, inputs, parts }: PlaceKernel, x: string, writer: Writer): string {
  const type = inputs[0].dtype;
  const at = coordinates(dims, x, writer);
  const value = writer.variable(type, writer.literal(type, fill));
  inputs.forEach((view, k) => {
    if (view.dims.includes(0)) return;
    const { start, step } = parts[k];
    const axes = view.dims.map((size, i) =>
      partAxis({ c: at[i], dim: dims[i], size, start: start[i], step: step[i] }, writer),
    );
    const coordinatesInPart = axes.map((axis) => axis.c);
    const conditions = axes.flatMap((axis) => axis.conditions);
    writer.blockIf(conditions, () =>
      value.set(load(writer, k, view, position(`o${k}`, coordinatesInPart, view.strides))),
    );
  });
  return value.read;
}

/** Along one axis of `dim`: the element's coordinate, and where the part lies. */
interface PartAxis {
  readonly c: string;
  readonly dim: number;
  readonly size: number;
  readonly start: number;
  readonly step: number;
}

/** The coordinate within the part, and the conditions under which there is one. */
function partAxis({ c, dim, size, start, step }: PartAxis, writer: Writer): { c: string; conditions: string[] } {
  if (size === dim && step === 1) return { c, conditions: [] };
  if (size === 1) return { c: '0', conditions: [`${c} === ${start}`] };
  const distance = writer.hold('float32', step < 0 ? `${start} - ${c}` : `${c} - ${start}`);
  const steps = Math.abs(step);
  const own = steps === 1 ? distance : writer.hold('float32', `quotient(${distance}, ${steps})`);
  const isWhole = steps === 1 ? [] : [`${own} * ${steps} === ${distance}`];
  return { c: own, conditions: [`${own} >= 0`, `${own} < ${size}`, ...isWhole] };
}
