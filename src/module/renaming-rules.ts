import { commonNames, withoutEnds, type PathPair } from './path-pair';
import { namesIn } from './path-likeness';
import { largestFirst, prefixGroups, type PrefixGroup } from './prefix-groups';
import { below, StateMigration } from './state-migration';

/**
 * Few rules that rename these paths and leave what has its place: what they all share in front is one rule. For
 * `migrateState`.
 * @param renamed pairs of an old path and one of the model's own
 * @param saved all old paths
 * @param own the paths of the model
 */
export function renamingRules(
  renamed: readonly PathPair[],
  saved: readonly string[],
  own: ReadonlySet<string>,
): Record<string, string> {
  const left = new Set(renamed.map(({ from }) => from));
  const settled = saved.filter((path) => own.has(path));
  const rules: [string, string][] = [];
  for (const { prefix, pairs } of prefixes(renamed, settled, left)) {
    rules.push([below(prefix.from), below(prefix.to)]);
    for (const { from } of pairs) left.delete(from);
  }
  for (const { from, to } of renamed) if (left.has(from)) rules.push([from, to]);
  return { ...Object.fromEntries(rules), ...corrections(Object.fromEntries(rules), renamed, saved, own) };
}

/** Prefixes that rename more paths than they take away; a short one says most, and none at all least. */
function prefixes(renamed: readonly PathPair[], settled: readonly string[], left: ReadonlySet<string>) {
  const groups = prefixGroups(renamed, (pair) =>
    Array.from({ length: commonNames(pair) }, (_, i) => withoutEnds(pair, i + 1)),
  );
  const length = ({ prefix: { from } }: PrefixGroup): number => namesIn(from).length || Number.MAX_SAFE_INTEGER;
  const taken = ({ prefix: { from } }: PrefixGroup): string[] =>
    settled.filter((path) => from === '' || path.startsWith(`${from}.`));
  const costs = new Map(groups.map((group) => [group.prefix, taken(group).length]));
  const weigh = ({ prefix, pairs }: PrefixGroup): number => pairs.length - costs.get(prefix)!;
  const ordered = groups.sort((a, b) => length(a) - length(b));
  return largestFirst(ordered, ({ from }) => left.has(from), weigh);
}

/** Rules for single paths, which go first, where a prefix alone would do something else than it should. */
function corrections(
  rules: Record<string, string>,
  renamed: readonly PathPair[],
  saved: readonly string[],
  own: ReadonlySet<string>,
): Record<string, string> {
  const migration = new StateMigration('migrateState', rules);
  const wanted = new Map(renamed.map(({ from, to }) => [from, to]));
  const known = saved.filter((path) => own.has(path) || wanted.has(path));
  const others = saved.filter((path) => !own.has(path) && !wanted.has(path));
  const moved = others.map((path) => migration.pathOf(path)!);
  const isHarmless = new Set(moved).size === moved.length && moved.every((path) => !own.has(path));
  const held = isHarmless ? [] : others;
  const targets = [...known, ...held].map((path) => [path, wanted.get(path) ?? path] as const);
  return Object.fromEntries(targets.filter(([path, to]) => migration.pathOf(path) !== to));
}
