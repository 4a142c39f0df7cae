import { allocate, type ComputeType } from '../../core/dtype';
import type { Cell } from '../../graph/node';
import type { Backend, Executable, Program } from '../backend';
import { plainSteps, type PlainStep } from '../plain-steps';
import { watched } from '../watch';
import { runKernel, type Values } from './kernels';

/** The backend that defines what kernels mean. In float64 every float32 tensor is computed and kept in double precision. */
export function createReferenceBackend({ precision }: { precision: 'float32' | 'float64' }): Backend {
  const round = precision === 'float32' ? Math.fround : (x: number) => x;
  const make = (dtype: ComputeType, size: number): Values =>
    dtype === 'float32' && precision === 'float64' ? new Float64Array(size) : allocate(dtype, size);
  const name = precision === 'float32' ? 'reference' : 'reference64';
  const hardware = { adapter: `JavaScript, ${precision}`, isSoftware: false, limits: {} };
  return { name, hardware, compile: (program) => executable(program, name, make, round) };
}

function executable(
  program: Program,
  device: string,
  make: (dtype: ComputeType, size: number) => Values,
  round: (x: number) => number,
): Executable {
  const steps = plainSteps(program.steps);
  return {
    run(inputs, scalars, outputs, watch) {
      const values = new Array<Values>(program.buffers.length);
      program.inputs.forEach((buffer, i) => (values[buffer] = inputs[i].data as Values));
      program.scalars.forEach((buffer, i) =>
        (values[buffer] = make(program.buffers[buffer].dtype, 1)).fill(scalars[i]),
      );
      for (const { kernel, output, name, of } of steps) {
        const out = (values[output] = make(program.buffers[output].dtype, program.buffers[output].size));
        watched(watch, of, device, () => runKernel(kernel, { out, read: (view) => values[view.buffer], round, name }));
      }
      fill(program, steps, values, outputs);
    },
  };
}

/** Outputs that are also inputs or scalars are copied: a value never shares memory with another. */
function fill(
  program: Program,
  steps: readonly PlainStep[],
  values: readonly Values[],
  outputs: readonly Cell[],
): void {
  const written = new Set(steps.map((step) => step.output));
  program.outputs.forEach(({ buffer }, i) => {
    const value = values[buffer];
    outputs[i].data = written.delete(buffer) ? value : value.slice();
  });
}
