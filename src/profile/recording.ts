import type { Step } from '../backend/backend';
import { settled, watch } from '../plan';

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

interface Note extends RanKernel {
  /** The evaluation that it ran in last: what is run in parts ran once. */
  ranIn: number;
}

/** On which device it ran: a step's parts may be on several. */
function noteOf(notes: Map<Step, Note[]>, step: Step, device: string): Note {
  const known = notes.get(step) ?? [];
  notes.set(step, known);
  let note = known.find((other) => other.device === device);
  if (note === undefined) known.push((note = { step, device, calls: 0, milliseconds: 0, ranIn: -1 }));
  return note;
}

/** Runs the step and notes its kernels. */
export async function recordRun(step: () => unknown): Promise<Recording> {
  const notes = new Map<Step, Note[]>();
  let [planning, newPlans, evaluations] = [0, 0, 0];
  const stop = watch({
    kernel(ran, device, began, ended) {
      const note = noteOf(notes, ran, device);
      if (note.ranIn !== evaluations) note.calls++;
      note.ranIn = evaluations;
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
    await settled();
  } finally {
    stop();
  }
  return { kernels: [...notes.values()].flat(), total: performance.now() - began, planning, newPlans, evaluations };
}
