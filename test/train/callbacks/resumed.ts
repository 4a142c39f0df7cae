import { join } from 'node:path';
import {
  manualSeed,
  randn,
  saveCheckpoint,
  Trainer,
  type Callback,
  type FitOptions,
  type TrainerOptions,
} from 'decograd';
import { expect } from 'vitest';
import { problem } from '../problem';

type Problem = ReturnType<typeof problem>;
export interface Resumed {
  /** The callbacks of one run, made for its problem. */
  readonly callbacks: (problem: Problem) => Callback[];
  /** What a run comes to, which must be the same wherever it was left. */
  readonly result: (problem: Problem, callbacks: readonly Callback[]) => unknown;
  readonly fit?: Partial<FitOptions>;
  readonly trainer?: Partial<TrainerOptions>;
  /** A folder for the states. */
  readonly folder: string;
}

/** Trains, and once more from every state on the way, with everything else made from another seed. @returns the results' count */
export async function fromEveryBoundary({ callbacks, result, fit, trainer, folder }: Resumed): Promise<number> {
  const run = async (more: Callback[], resume?: string) => {
    const made = problem(trainer);
    if (resume !== undefined) {
      for (const parameter of made.model.parameters()) parameter.assign(randn(parameter.shape)); // the state has them
      manualSeed(99);
    }
    const own = callbacks(made);
    const options = { ...made.trainer.options, callbacks: [...more, ...own] } as TrainerOptions;
    const validation = [made.x, made.y] as [typeof made.x, typeof made.y];
    await new Trainer(made.model, options).fit(made.loader, { epochs: 3, validation, progress: false, ...fit, resume });
    return result(made, own);
  };
  const files: string[] = [];
  const watch: Callback = {
    onBoundary: async (at, after) => {
      const file = join(folder, `${files.length}-${after}-${at.step}.safetensors`);
      await saveCheckpoint(file, await at.state());
      files.push(file);
    },
  };
  const whole = await run([watch]);
  for (const file of files) expect(await run([], file), file).toEqual(whole);
  return files.length;
}
