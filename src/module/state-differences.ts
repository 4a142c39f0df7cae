import { pairRenamed, type Renamed } from './pair-renamed';
import { renamingRules } from './renaming-rules';

/** What is known of a saved tensor, or of a place for one: `'?'` is a size that the first forward decides. */
export interface StateEntry {
  readonly shape: readonly (number | '?')[];
  readonly dtype: string;
}

/** Shapes and dtypes by path. A state dict is one, too. */
export type StateShapes = Readonly<Record<string, StateEntry>>;

/** What keeps a state from being loaded. */
export interface StateDifferences {
  /** Paths that are in the one alone and seem to be these of the other, which have their shapes and dtypes. */
  readonly renamed: readonly Renamed[];
  /** Rules of {@link migrateState} that rename them. */
  readonly rules: Readonly<Record<string, string>>;
  /** Paths of the model that were not saved, those of `renamed` aside. */
  readonly missing: readonly string[];
  /** Paths that were saved and are not the model's, those of `renamed` aside. */
  readonly unexpected: readonly string[];
  readonly reshaped: readonly {
    readonly path: string;
    readonly saved: StateEntry['shape'];
    readonly now: StateEntry['shape'];
  }[];
}

/**
 * How a saved state differs from what a model has, and what seems to be renamed: an unexpected path and a missing one of
 * the same shape and dtype are paired one to one, those first of which many have one prefix in place of another, then the
 * most alike by edit distance over the names in their paths. A dtype that differs under one path is no difference: loading
 * converts.
 * @param saved shapes and dtypes by path, or tensors: `stateDict(model)`
 * @param own those of the model
 * @example
 * const { renamed, rules } = stateDifferences(saved, stateDict(model));
 * if (renamed.length > 0) loadStateDict(model, migrateState(saved, rules));
 */
export function stateDifferences(saved: StateShapes, own: StateShapes): StateDifferences {
  const [gone, come] = [without(saved, own), without(own, saved)];
  const renamed = pairRenamed(gone, come, isSame);
  const [from, to] = [new Set(renamed.map((pair) => pair.from)), new Set(renamed.map((pair) => pair.to))];
  const both = Object.keys(saved).filter((path) => Object.hasOwn(own, path));
  return {
    renamed,
    rules: renamingRules(renamed, Object.keys(saved), new Set(Object.keys(own))),
    missing: Object.keys(come).filter((path) => !to.has(path)),
    unexpected: Object.keys(gone).filter((path) => !from.has(path)),
    reshaped: both
      .filter((path) => !isFitting(saved[path].shape, own[path].shape))
      .map((path) => ({ path, saved: saved[path].shape, now: own[path].shape })),
  };
}

function without(all: StateShapes, others: StateShapes): StateShapes {
  return Object.fromEntries(Object.entries(all).filter(([path]) => !Object.hasOwn(others, path)));
}

const isSame = (a: StateEntry, b: StateEntry): boolean => a.dtype === b.dtype && isFitting(a.shape, b.shape);

/** Whether sizes are the same; one that is not yet known may be any. */
export function isFitting(a: StateEntry['shape'], b: StateEntry['shape']): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i] || size === '?' || b[i] === '?');
}
