import { groupBy } from '../core/group-by';
import type { PathPair } from './path-pair';

/** Pairs of which each has one old prefix in place of one new one. */
export interface PrefixGroup {
  readonly prefix: PathPair;
  readonly pairs: readonly PathPair[];
}

/** Pairs by the prefixes that tell them apart; a pair may have several. */
export function prefixGroups(
  pairs: readonly PathPair[],
  prefixesOf: (pair: PathPair) => readonly PathPair[],
): PrefixGroup[] {
  const all = pairs.flatMap((pair) => prefixesOf(pair).map((prefix) => ({ prefix, pair })));
  const groups = groupBy(all, ({ prefix: { from, to } }) => `${from}\n${to}`);
  return [...groups.values()].map((group) => ({ prefix: group[0].prefix, pairs: group.map(({ pair }) => pair) }));
}

/**
 * Hands on the group with the most open pairs, then the one that has most after that, down to two; of equal ones the
 * first. Whoever takes a group closes its pairs.
 * @param weigh what counts instead of the number of open pairs, which it must not exceed
 */
export function* largestFirst(
  groups: readonly PrefixGroup[],
  isOpen: (pair: PathPair) => boolean,
  weigh: (group: PrefixGroup) => number = ({ pairs }) => pairs.length,
): Generator<PrefixGroup> {
  const levels: { group: PrefixGroup; rank: number }[][] = [];
  const place = (group: PrefixGroup, rank: number): void => void (levels[weigh(group)] ??= []).push({ group, rank });
  groups.forEach((group, rank) => weigh(group) >= 2 && place(group, rank));
  for (let level = levels.length - 1; level >= 2; level--)
    for (const { group, rank } of (levels[level] ?? []).sort((a, b) => a.rank - b.rank)) {
      const left = { ...group, pairs: group.pairs.filter(isOpen) };
      if (weigh(left) === level) yield left;
      else if (weigh(left) >= 2) place(left, rank);
    }
}
