// Numbers of a workload, the same in every run; in pages too.
import { stream } from './random.mjs';

/** The values of one tensor of a workload. */
export function generate(workload, name) {
  const { shape, dtype, draw } = workload.data[name];
  const random = stream(`${workload.name}.${name}`);
  const values = new (dtype === 'int32' ? Int32Array : Float32Array)(shape.reduce((a, b) => a * b, 1));
  for (let i = 0; i < values.length; i++) values[i] = draw(random);
  return values;
}
