import { namesIn } from './path-likeness';

/** An old path and a new one. */
export interface PathPair {
  readonly from: string;
  readonly to: string;
}

/** How many names two paths have in common at their ends. */
export function commonNames({ from, to }: PathPair): number {
  const [a, b] = [namesIn(from), namesIn(to)];
  let count = 0;
  while (count < Math.min(a.length, b.length) && a.at(-1 - count) === b.at(-1 - count)) count++;
  return count;
}

/** What stands before the last `count` names. */
export const withoutEnds = ({ from, to }: PathPair, count: number): PathPair => ({
  from: namesIn(from).slice(0, -count).join('.'),
  to: namesIn(to).slice(0, -count).join('.'),
});
