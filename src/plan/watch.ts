import type { Watch } from '../backend/watch';

/** What is told while steps run: kernels, and the evaluations that they belong to. */
export interface Watcher {
  readonly kernel: Watch;
  /** An evaluation on a device: when it began, when its plan was there, when it ended. `isNew` where the plan was made for it. */
  evaluation(device: string, isNew: boolean, began: number, planned: number, ended: number): void;
}

let watchers: readonly Watcher[] = [];

/** Who watches now, as one; null where nobody does. */
export function watcher(): Watcher | null {
  if (watchers.length < 2) return watchers[0] ?? null;
  const all = watchers;
  return {
    kernel: (...args) => all.forEach((each) => each.kernel(...args)),
    evaluation: (...args) => all.forEach((each) => each.evaluation(...args)),
  };
}

/** Tells the watcher of everything that runs, until the returned function is called. */
export function watch(added: Watcher): () => void {
  watchers = [...watchers, added];
  return () => void (watchers = watchers.filter((each) => each !== added));
}
