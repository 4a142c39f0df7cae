import type { Step } from '../backend/backend';
import { watch } from '../plan';

/** One kernel of one step, as often as it ran. */
export interface RanKernel {
  readonly step: Step;
  readonly device: string;
  calls: number;
  milliseconds: number;
}

/** What one run of a step did. */
export interface Recording {
  readonly kernels: readonly RanKernel[];
  /** From the first line of the step to its last, in milliseconds. */
  readonly total: number;
  /** Of that, in looking up or making plans. */
  readonly planning: number;
  readonly newPlans: number;
  readonly evaluations: number;
}

/** Runs the step and notes its kernels. */
export async function recordRun(step: () => unknown): Promise<Recording> {
  const kernels = new Map<string, RanKernel>();
  const ids = new Map<Step, number>();
  const last = new Map<RanKernel, number>(); // the evaluation that it ran in: one that is run in parts ran once
  let [planning, newPlans, evaluations] = [0, 0, 0];
  const stop = watch({
    kernel(ran, device, began, ended) {
      if (!ids.has(ran)) ids.set(ran, ids.size);
      const key = `${ids.get(ran)} ${device}`;
      const note = kernels.get(key) ?? { step: ran, device, calls: 0, milliseconds: 0 };
      kernels.set(key, note);
      if (last.get(note) !== evaluations) note.calls++;
      last.set(note, evaluations);
      note.milliseconds += ended - began;
    },
    evaluation(_device, isNew, began, planned) {
      planning += planned - began;
      newPlans += Number(isNew);
      evaluations++;
    },
  });
  const began = performance.now();
  try {
    await step();
  } finally {
    stop();
  }
  return { kernels: [...kernels.values()], total: performance.now() - began, planning, newPlans, evaluations };
}
