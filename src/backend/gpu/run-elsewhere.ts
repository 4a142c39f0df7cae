import { product } from '../../core/shape';
import type { Cell } from '../../graph/node';
import { kernelType, type PlainKernel } from '../../kernels/kernels';
import type { Backend, Program } from '../backend';
import type { PlainStep } from '../plain-steps';
import { fromDevice, toDevice } from './storage';

/** One kernel on another backend: a program of a single step whose buffers are the kernel's inputs, then its output. */
export function runElsewhere(backend: Backend, step: PlainStep, buffers: readonly Float32Array[]): Float32Array {
  const { kernel } = step;
  const output: Cell = { data: null, resident: null };
  const inputs = kernel.inputs.map((view, k): Cell => ({ data: fromDevice(view.dtype, buffers[k]), resident: null }));
  backend.compile(programOf(step, inputs)).run(inputs, [], [output]);
  return toDevice(kernelType(kernel), output.data ?? output.resident!.read());
}

function programOf({ kernel, name }: PlainStep, inputs: readonly Cell[]): Program {
  const size = product(kernel.dims);
  const sizes = [...inputs.map((cell) => cell.data!.length), size];
  const types = [...kernel.inputs.map((view) => view.dtype), kernelType(kernel)];
  let arenaBytes = 0;
  const buffers = sizes.map((length, i) => {
    const offset = arenaBytes;
    arenaBytes += Math.ceil((4 * length) / 64) * 64;
    return { dtype: types[i], size: length, offset };
  });
  const output = inputs.length;
  const renumbered = { ...kernel, inputs: kernel.inputs.map((view, k) => ({ ...view, buffer: k })) } as PlainKernel;
  return {
    buffers,
    arenaBytes,
    inputs: inputs.map((_, k) => k),
    scalars: [],
    steps: [{ kernel: renumbered, outputs: [output], name }],
    outputs: [{ buffer: output, resident: false }],
  };
}
