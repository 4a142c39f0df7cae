import { StateMigration, type MigrationRules } from './state-migration';

/**
 * A state dict under new names, for a model whose fields were renamed since it was saved. What no rule matches keeps its
 * path, and the order stays. Values are handed on as they are, whatever they are.
 *
 * PyTorch does so by hand, or by `prefix` of
 * https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.state_dict
 * @param rules new paths by old ones: `'fc.weight': 'head.weight'` renames one, `'fc.*': 'head.*'` all below `fc`, `'*': 'net.*'`
 *   all there are, `null` drops. A path goes before prefixes, a longer prefix before a shorter one
 * @throws ValueError for a rule that is malformed, StateError for one that matches nothing and where two paths would be one
 * @example loadStateDict(model, migrateState(await loadTorch('model.pt'), { 'module.*': '*', 'module.old.*': null }));
 */
export function migrateState<T>(dict: Readonly<Record<string, T>>, rules: MigrationRules): Record<string, T> {
  const migration = new StateMigration('migrateState', rules);
  const migrated = migration.record(dict);
  migration.refuseIdle(Object.keys(dict));
  return migrated;
}
