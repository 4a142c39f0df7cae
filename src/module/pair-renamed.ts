import { groupBy } from '../core/group-by';
import { likeness, namesIn } from './path-likeness';
import { commonNames, withoutEnds, type PathPair } from './path-pair';
import { largestFirst, prefixGroups } from './prefix-groups';

/** An old path that seems to be a new one now. */
export interface Renamed extends PathPair {
  /** From 0 to 1: how alike the paths are. */
  readonly likeness: number;
}

/** Pairs that are compared by name; more would take long, for a guess. */
const mostPairs = 250_000;
/** How like the two must be where others could be meant too: one name of five is the same, say. */
const leastLikeness = 0.2;

/**
 * Pairs what is gone with what is new, one to one: first where a prefix alone differs, and the same one in several paths,
 * the most frequent one first; then by likeness. Of what is equally like, the first. What is like nothing is paired where
 * nothing else fits either.
 * @param fits whether the one can be the other; pairs come in the order of what is gone
 */
export function pairRenamed<F>(
  gone: Readonly<Record<string, F>>,
  come: Readonly<Record<string, F>>,
  fits: (from: F, to: F) => boolean,
): Renamed[] {
  const [old, fresh] = [new Set(Object.keys(gone)), new Set(Object.keys(come))];
  const canBe = ({ from, to }: PathPair): boolean => fits(gone[from], come[to]);
  const found = new Map<string, PathPair>();
  const isOpen = ({ from, to }: PathPair): boolean => old.has(from) && fresh.has(to);
  const take = (pair: PathPair): void => {
    found.set(pair.from, pair);
    old.delete(pair.from);
    fresh.delete(pair.to);
  };
  for (const { pairs } of largestFirst(groupsOf(old, fresh, canBe), isOpen)) pairs.forEach(take);
  const others = byLikeness(old, fresh, canBe);
  for (const pair of others) if (pair.likeness >= leastLikeness && isOpen(pair)) take(pair);
  unrivalled(others.filter(isOpen)).forEach(take);
  const inOrder = Object.keys(gone).map((from) => found.get(from)).filter((pair) => pair !== undefined); // prettier-ignore
  return inOrder.map(({ from, to }) => ({ from, to, likeness: likeness(from, to) }));
}

type CanBe = (pair: PathPair) => boolean;

/** Renamings of prefixes, the likelier of equally large ones first. */
function groupsOf(old: ReadonlySet<string>, fresh: ReadonlySet<string>, canBe: CanBe) {
  const pairs = pairsWithEnds(old, fresh).filter(canBe);
  const groups = prefixGroups(pairs, (pair) => [withoutEnds(pair, commonNames(pair))]);
  const ranked = groups.map((group) => ({ group, likeness: likeness(group.prefix.from, group.prefix.to) }));
  return ranked.sort((a, b) => b.likeness - a.likeness).map(({ group }) => group);
}

/** Pairs of paths that end alike: in one name or, where those are too many, in two, three or four. */
function pairsWithEnds(old: ReadonlySet<string>, fresh: ReadonlySet<string>): PathPair[] {
  for (let names = 1; names <= 4; names++) {
    const endOf = (path: string): string => namesIn(path).slice(-names).join('.');
    const [a, b] = [groupBy(old, endOf), groupBy(fresh, endOf)];
    const count = [...a].reduce((sum, [end, paths]) => sum + paths.length * (b.get(end)?.length ?? 0), 0);
    if (count > mostPairs) continue;
    return [...a].flatMap(([end, paths]) => paths.flatMap((from) => (b.get(end) ?? []).map((to) => ({ from, to }))));
  }
  return [];
}

/** All pairs that can be, the likeliest first. */
function byLikeness(old: ReadonlySet<string>, fresh: ReadonlySet<string>, canBe: CanBe): Renamed[] {
  if (old.size * fresh.size > 20 * mostPairs) return [];
  const pairs = [...old].flatMap((from) => [...fresh].map((to) => ({ from, to })).filter(canBe));
  if (pairs.length > mostPairs) return [];
  const alike = pairs.map((pair) => ({ ...pair, likeness: likeness(pair.from, pair.to) }));
  return alike.sort((a, b) => b.likeness - a.likeness);
}

/** Pairs of which neither part has another that it could be. */
function unrivalled<P extends PathPair>(pairs: readonly P[]): P[] {
  const [origins, targets] = [groupBy(pairs, ({ from }) => from), groupBy(pairs, ({ to }) => to)];
  return pairs.filter(({ from, to }) => origins.get(from)!.length === 1 && targets.get(to)!.length === 1);
}
