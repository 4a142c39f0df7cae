import { StateError } from '../core/errors';
import { isModule, loadStateDict, stateDict, type StateDict } from '../module';
import type { Optimizer, OptimizerState } from '../optim';
import type { Parameter, Tensor } from '../tensor';
import { loadStateByPath, parameterPaths, stateByPath } from './parameter-paths';
import type { Subject } from './subject';

/** What training changes: the model, a loss that is a module, optimizers, and gradients of a step that is under way. */
export interface SubjectState {
  readonly model: StateDict;
  readonly loss: StateDict | null;
  readonly optimizers: readonly (OptimizerState & { readonly name: string })[];
  readonly open: { readonly gradients: StateDict; readonly loss: number } | null;
}

/** @param isOpen whether a step is under way */
export function subjectState(subject: Subject, isOpen: boolean): SubjectState {
  const { model, options, optimizers, open } = subject;
  const paths = parameterPaths(model, options.loss);
  return {
    model: stateDict(model),
    loss: isModule(options.loss) ? stateDict(options.loss) : null,
    optimizers: optimizers.map((optimizer) => ({ name: optimizer.name, ...stateByPath(optimizer, paths) })),
    open: isOpen ? { gradients: gradients(paths), loss: open.loss } : null,
  };
}

function gradients(paths: ReadonlyMap<Parameter, string>): StateDict {
  const entries = [...paths].map(([{ grad }, path]) => [path, grad] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, Tensor] => entry[1] !== null));
}

/** @throws StateError naming what does not fit, which is loaded all the same where it is the optimizers' alone */
export function restoreSubject(subject: Subject, saved: SubjectState): void {
  const { model, options, optimizers } = subject;
  checkOptimizers(optimizers, saved);
  loadStateDict(model, saved.model);
  if (isModule(options.loss) && saved.loss !== null) loadStateDict(options.loss, saved.loss);
  const paths = parameterPaths(model, options.loss);
  optimizers.forEach((optimizer, i) => loadStateByPath(optimizer, saved.optimizers[i], paths));
  subject.open = { parts: [], loss: saved.open?.loss ?? 0 };
  for (const [parameter, path] of paths) parameter.grad = saved.open?.gradients[path] ?? null;
}

function checkOptimizers(optimizers: readonly Optimizer<any>[], { optimizers: saved }: SubjectState): void {
  const [had, has] = [saved, optimizers].map((list) => list.map(({ name }) => name).join(', '));
  if (had !== has)
    throw new StateError(`the checkpoint is of a run with ${had}, the trainer has ${has}; give it the same`);
}
