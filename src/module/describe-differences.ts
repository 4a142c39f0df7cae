import { listed } from '../core/listed';
import { show } from './shape-declaration';
import type { StateDifferences } from './state-differences';
import { StateMigration } from './state-migration';

/** How many are listed; of more, the first half. */
const most = 12;

/**
 * Differences in words, one text for each kind: `renamed: fc.* -> head.* (2)?`, `missing: scale`, `unexpected: ...`,
 * `wrong shape: 'w' is [3], the model's [2]`. Few are listed, of many the first.
 * @example const differences = describeDifferences(stateDifferences(saved, stateDict(model))).join('\n');
 */
export function describeDifferences({ renamed, rules, missing, unexpected, reshaped }: StateDifferences): string[] {
  const misshapen = reshaped.map(({ path, saved, now }) => `'${path}' is ${show(saved)}, the model's ${show(now)}`);
  const kinds = { renamed: renamedTexts(renamed, rules), missing, unexpected, 'wrong shape': misshapen };
  return Object.entries(kinds).filter(([, texts]) => texts.length > 0).map(([kind, texts]) => `${kind}: ${listed(texts, most)}`); // prettier-ignore
}

/** Rules, those for more than one path with their number. */
function renamedTexts(renamed: StateDifferences['renamed'], rules: StateDifferences['rules']): string[] {
  const changes = Object.entries(rules).filter(([old, to]) => old !== to);
  return changes.map(([old, to]) => `${old} -> ${to}${old.endsWith('*') ? ` (${countOf(renamed, old, to)})` : ''}?`);
}

function countOf(renamed: StateDifferences['renamed'], old: string, to: string): number {
  const rule = new StateMigration('describeDifferences', { [old]: to });
  return renamed.filter((pair) => rule.pathOf(pair.from) === pair.to).length;
}

/** How the renaming is done, for the end of an error; empty where nothing seems renamed. */
export function renamingRemedy({ rules }: StateDifferences): string {
  const texts = Object.entries(rules).map(([old, to]) => `'${old}': '${to}'`);
  if (texts.length === 0) return '';
  return texts.length <= 3 ? `migrateState(dict, { ${texts.join(', ')} }) renames` : 'migrateState renames by rules, those of stateDifferences too'; // prettier-ignore
}
