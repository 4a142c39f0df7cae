import { allocate, type TypedArray } from '../../core/dtype';
import type { Cell } from '../../graph/node';
import type { Backend, Executable, Program } from '../backend';
import { watched } from '../watch';
import { plainSteps, type PlainStep } from '../plain-steps';
import { checkIndices } from './check-indices';
import { deviceName, type Mode } from './device';
import type { LaunchCache } from './launch-cache';
import { reasonAgainst } from './limits';
import { runElsewhere } from './run-elsewhere';
import { fromDevice, toDevice } from './storage';

/** A kernel that its mode cannot run, and why. */
export interface Fallback {
  readonly kernel: PlainStep['kernel']['kind'];
  readonly name: string;
  /** The device that ran it. */
  readonly ranOn: string;
  readonly reason: string;
}

/** What executables of one backend share. */
export interface Machine {
  readonly mode: Mode;
  readonly launches: LaunchCache;
  readonly elsewhere: Backend;
  fellBack(fallback: Fallback): void;
}

/** A compiled program that tells what ran where: the device of each plain step of the last run, null where nothing was to do. */
export interface GpuExecutable extends Executable {
  readonly ranOn: readonly (string | null)[];
}

export function executable(program: Program, machine: Machine): GpuExecutable {
  const steps = plainSteps(program.steps);
  const ranOn = new Array<string | null>(steps.length).fill(null);
  const reasons = steps.map((step) => reasonAgainst(step.kernel, machine.mode));
  return {
    ranOn,
    run(inputs, scalars, outputs, watch) {
      const values = new Array<Float32Array>(program.buffers.length);
      bind(program, values, inputs, scalars);
      steps.forEach((step, i) => {
        const { size } = program.buffers[step.output];
        const device = reasons[i] === null ? deviceName(machine.mode) : machine.elsewhere.name;
        const { where, buffer } =
          size === 0 ? nothing : watched(watch, step.of, device, () => runStep(step, values, reasons[i], machine));
        [ranOn[i], values[step.output]] = [where, buffer];
      });
      fill(program, steps, values, outputs);
    },
  };
}

interface Ran {
  readonly where: string | null;
  readonly buffer: Float32Array;
}
const nothing: Ran = { where: null, buffer: new Float32Array(0) };

function bind(program: Program, values: Float32Array[], inputs: readonly Cell[], scalars: readonly number[]): void {
  const put = (buffer: number, data: TypedArray) => (values[buffer] = toDevice(program.buffers[buffer].dtype, data));
  program.inputs.forEach((buffer, i) => put(buffer, inputs[i].data!));
  program.scalars.forEach((buffer, i) => put(buffer, allocate(program.buffers[buffer].dtype, 1).fill(scalars[i])));
}

function runStep(step: PlainStep, values: readonly Float32Array[], reason: string | null, machine: Machine): Ran {
  const { kernel, name } = step;
  const buffers = kernel.inputs.map((view) => values[view.buffer]);
  if (reason !== null) {
    const ranOn = machine.elsewhere.name;
    machine.fellBack({ kernel: kernel.kind, name, ranOn, reason });
    return { where: ranOn, buffer: runElsewhere(machine.elsewhere, step, buffers) };
  }
  checkIndices(kernel, name, buffers);
  const offsets = kernel.inputs.map((view) => view.offset);
  const launch = machine.launches.find(kernel, name);
  return { where: deviceName(machine.mode), buffer: launch.run(buffers, offsets) };
}

/** Outputs that are also inputs or scalars are copied: a value never shares memory with another. */
function fill(
  program: Program,
  steps: readonly PlainStep[],
  values: readonly Float32Array[],
  outputs: readonly Cell[],
): void {
  const own = new Set(steps.map((step) => step.output));
  program.outputs.forEach(({ buffer }, i) => {
    const data = fromDevice(program.buffers[buffer].dtype, values[buffer]);
    const isShared = data === values[buffer] && !own.delete(buffer);
    outputs[i].data = isShared ? data.slice() : data;
  });
}
