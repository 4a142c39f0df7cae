import { StateError } from '../core/errors';
import type { MigrationRules } from '../module';
import { StateMigration } from '../module/state-migration';

type Dict = Readonly<Record<string, unknown>>;
/** What knows parameters by their paths in the state of a run, and in what users put together themselves. */
interface Known {
  readonly model?: unknown;
  readonly loss?: unknown;
  readonly optimizers?: unknown;
  readonly optimizer?: unknown;
  readonly gradients?: unknown;
  readonly open?: unknown;
  readonly callbacks?: unknown;
}

/**
 * The state of a run, as {@link loadCheckpoint} reads it, for a model whose fields were renamed since: paths are renamed in
 * the model, in the states and groups of the optimizers, in the averages of `ema` and `swa`, and in the gradients of a step that
 * is under way. Parameters of a loss that is a module, and what other callbacks keep, stay as they are. Of a state of your own, `model`, `optimizer` or `optimizers`, and
 * `gradients` are renamed.
 * @param rules as those of {@link migrateState}; one that is null drops the parameter and all that was kept for it
 * @throws ValueError for a rule that is malformed, StateError for one that matches nothing, where two paths would be one,
 *   and for a state without a model
 * @example
 * const state = migrateCheckpoint(await loadCheckpoint('old.safetensors'), { 'fc.*': 'head.*' });
 * await saveCheckpoint('new.safetensors', state);
 */
export function migrateCheckpoint<T extends object>(state: T, rules: MigrationRules): T {
  const { model, loss, optimizers, optimizer, gradients, open, callbacks } = state as Known;
  if (!isDict(model))
    throw new StateError('migrateCheckpoint: there is no model in the state; rename a state dict with migrateState');
  const ofLoss = Object.keys(isDict(loss) ? loss : {}).map((path) => `loss.${path}`);
  const exempt = new Set(ofLoss.filter((path) => !Object.hasOwn(model, path)));
  const migration = new StateMigration('migrateCheckpoint', rules, exempt);
  const changed = {
    model: migration.record(model),
    ...(Array.isArray(optimizers) && { optimizers: optimizers.map((one) => ofOptimizer(one, migration)) }),
    ...(isDict(optimizer) && { optimizer: ofOptimizer(optimizer, migration) }),
    ...(isDict(gradients) && { gradients: migration.record(gradients) }),
    ...(isDict(open) && { open: ofOpenStep(open, migration) }),
    ...(Array.isArray(callbacks) && { callbacks: callbacks.map((one) => ofCallback(one, migration)) }),
  };
  migration.refuseIdle(Object.keys(model));
  return { ...state, ...changed };
}

/** An optimizer's state; what has another form is handed on. */
function ofOptimizer(saved: unknown, migration: StateMigration): unknown {
  if (!isDict(saved) || !isDict(saved['state']) || !Array.isArray(saved['groups'])) return saved;
  const groups = (saved['groups'] as readonly Dict[]).map((group) => {
    const names = Array.isArray(group['names']) ? (group['names'] as readonly string[]) : [];
    return { ...group, names: names.map((name) => migration.pathOf(name)).filter((name) => name !== null) };
  });
  return { ...saved, groups, state: migration.record(saved['state']) };
}

function ofOpenStep(open: Dict, migration: StateMigration): Dict {
  return isDict(open['gradients']) ? { ...open, gradients: migration.record(open['gradients']) } : open;
}

/** Averages of parameters, as `ema` and `swa` keep them; what other callbacks keep is their own. */
function ofCallback(saved: unknown, migration: StateMigration): unknown {
  if (!isDict(saved) || !isDict(saved['state']) || !['ema', 'swa'].includes(saved['name'] as string)) return saved;
  const { values } = saved['state'];
  return isDict(values) ? { ...saved, state: { ...saved['state'], values: migration.record(values) } } : saved;
}

const isDict = (value: unknown): value is Dict => typeof value === 'object' && value !== null && !Array.isArray(value);
