import { DecogradError, StateError } from '../core/errors';
import { reword } from '../core/reword';
import { checkOptions } from '../core/options';
import { parameters, type MigrationRules } from '../module';
import { checkFolder, newestCheckpoint } from './checkpoint-folder';
import type { Listener } from './events';
import { migrateCheckpoint } from './migrate-checkpoint';
import type { RunState } from './run-state';
import { snapshot } from './snapshot';
import type { Subject } from './subject';
import { restoreSubject } from './subject-state';

/** A run to go on with. */
export interface Resume {
  /** The folder or file that was named, and the file it came to. */
  readonly from: string;
  readonly path: string;
  readonly state: RunState;
}

/** A folder of checkpoints or one of them; for a model whose fields were renamed since with the rules of `migrateCheckpoint`. */
export type ResumeOption = string | { readonly from: string; readonly migrate?: MigrationRules };

/** @throws ValueError for what names no folder */
export function checkResume(where: string, resume: ResumeOption): void {
  if (typeof resume !== 'object' || resume === null) return checkFolder(where, resume);
  checkOptions(where, resume, ['from', 'migrate']);
  checkFolder(where, resume.from);
}

/**
 * What `fit({ resume })` names. A folder that a callback of the run keeps its checkpoints in may be without any: the run is
 * the first.
 * @throws StateError where there is no checkpoint, or none that can be read
 */
export async function resumeFrom(resume: ResumeOption, listeners: readonly Listener[]): Promise<Resume | undefined> {
  const { from, migrate = undefined } = typeof resume === 'string' ? { from: resume } : resume;
  const found = await newestCheckpoint(from);
  if (found) {
    const state = checkedState(found.path, found.state);
    return { from, path: found.path, state: migrate ? migrateCheckpoint(state, migrate) : state };
  }
  if (listeners.some(({ callback }) => callback.folder === from)) return undefined;
  throw new StateError(
    `Trainer.fit: resume: there is no checkpoint in ${from}; leave resume out for a first run, or give the callback ` +
      `checkpoint('${from}'), whose folder may begin empty`,
  );
}

function checkedState(path: string, state: unknown): RunState {
  const names: readonly (keyof RunState)[] = ['model', 'optimizers', 'epoch', 'step', 'data', 'random', 'history', 'callbacks']; // prettier-ignore
  const missing = names.filter((name) => (state as Partial<RunState>)[name] === undefined);
  if (missing.length === 0) return state as RunState;
  throw new StateError(
    `Trainer.fit: resume: ${path} is no checkpoint of a run: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing; read it with loadCheckpoint`,
  );
}

/** Takes over what is trained. Where something does not fit nothing is changed. */
export function restoreInto(subject: Subject, { path, state }: Resume): void {
  const isSized = parameters(subject.model).every(({ shape }) => shape.every((size) => typeof size === 'number'));
  const undo = isSized ? snapshot(subject.model, subject.optimizers) : undefined;
  try {
    restoreSubject(subject, state);
  } catch (error) {
    undo?.();
    if (error instanceof DecogradError) reword(error, `Trainer.fit: resume: ${path}: ${error.message}`);
    throw error;
  }
}
