import type { Executable, Program } from '../backend';
import { checkIndices, readsIndices } from './check-indices';
import { Job, type Machine } from './job';
import { prepare, type Prepared } from './prepare';
import { handOut, takeIn, type Given } from './values';

/** A compiled program that tells what ran where: the device of each plain step of the last run, null where nothing was to do. */
export interface GpuExecutable extends Executable {
  readonly ranOn: readonly (string | null)[];
}

/** A run is done when the call returns, unless kernels are still to be compiled: then as soon as they are. */
export function executable(program: Program, machine: Machine): GpuExecutable {
  const prepared = prepare(program, machine.device);
  const ranOn = new Array<string | null>(prepared.steps.length).fill(null);
  return {
    ranOn,
    run(inputs, scalars, outputs, watch) {
      const given = takeIn(program, inputs, machine);
      checkGiven(prepared, given);
      const job = new Job(prepared, machine, { given, scalars, watch, ranOn });
      machine.queue.add(() => job.run());
      if (job.error !== null) throw job.error;
      job.isLate = true;
      handOut(job.results, outputs, machine);
    },
  };
}

/** Indices that come from JavaScript are checked before anything runs. */
function checkGiven({ steps, program }: Prepared, given: readonly Given[]): void {
  for (const { step } of steps) {
    const { kernel, name } = step;
    if (!readsIndices(kernel)) continue;
    const at = program.inputs.indexOf(kernel.inputs[1].buffer);
    const host = at < 0 ? null : given[at].host;
    if (host !== null) checkIndices(kernel, name, host);
  }
}
