import { editDistance } from '../core/edit-distance';

/** The names in a path; none in the empty one. */
export const namesIn = (path: string): string[] => (path === '' ? [] : path.split('.'));

/**
 * How alike two paths are, from 0 to 1: one less the edit distance between their names, as a part of the longer one. A name
 * in place of another counts as what their letters differ by. `fc.weight` and `head.weight` are alike by one half.
 */
export function likeness(a: string, b: string): number {
  const [from, to] = [namesIn(a), namesIn(b)];
  const most = Math.max(from.length, to.length);
  return most === 0 ? 1 : 1 - editDistance(from, to, unlikeness) / most;
}

const unlikeness = (a: string, b: string): number => (a === b ? 0 : editDistance(a, b) / Math.max(a.length, b.length));
