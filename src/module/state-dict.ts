import { checkOptions } from '../core/options';
import { StateError, ValueError } from '../core/errors';
import { commit, isTensor, type Buffer, type Tensor } from '../tensor';
import { describeDifferences, renamingRemedy } from './describe-differences';
import { isModule } from './metadata';
import { differencesBetween } from './module-differences';
import { isPending } from './pending';
import { keysFound, savedEntries, unexpectedIn, type Found, type Saved, type SavedEntries } from './saved-entries';
import { show } from './shape-declaration';
import type { StateEntry } from './state-differences';

/** Tensors by key: what a module's state is saved as. */
export type StateDict = Record<string, Tensor>;

export interface LoadStateDictOptions {
  /** Whether missing and unexpected keys are errors. Misshapen ones always are. Default true. */
  readonly strict?: boolean;
}
/** Keys that had no counterpart, where `strict` is false. */
export interface LoadReport {
  readonly missing: string[];
  readonly unexpected: string[];
}

/**
 * A snapshot of every parameter and persistent buffer by its path, a tied one once, under its first path. Later steps do
 * not change it.
 *
 * PyTorch: https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.state_dict
 * @throws StateError where a parameter waits for the first forward to get its sizes
 * @example await saveSafetensors('model.safetensors', stateDict(model));
 */
export function stateDict(module: object): StateDict {
  const dict: StateDict = {};
  for (const [key, { value }] of savedEntries(module)) dict[key] = (value as Tensor).detach().keep();
  return dict;
}

/**
 * Takes over saved values, all of them or, where something does not fit, none. A key that is not found exactly is tried
 * in camelCase, so that PyTorch's own dicts load; a tied parameter is found under any of its paths. Values are converted to
 * the dtype and moved to the device of what they replace.
 *
 * PyTorch: https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.load_state_dict
 * @throws StateError listing all missing, unexpected and misshapen keys together, and what seems to be renamed; ValueError for an
 *   unknown option, and for what is no state dict: a promise of one, a module
 * @example loadStateDict(model, await loadSafetensors('model.safetensors'));
 */
export function loadStateDict(
  module: object,
  dict: Readonly<Record<string, Tensor>>,
  options: LoadStateDictOptions = {},
): LoadReport {
  checkDict(dict);
  checkOptions('loadStateDict', options, ['strict']);
  const { strict = true } = options;
  const entries = savedEntries(module);
  const found = keysFound(entries, Object.keys(dict));
  const report = {
    missing: [...entries.keys()].filter((key) => found.get(key)!.length === 0),
    unexpected: unexpectedIn(Object.keys(dict), found),
  };
  refuse(dict, entries, found, strict);
  const names = [...entries].map(([key, entry]) => [entry, found.get(key)![0]] as const);
  install(names.filter(([, name]) => name !== undefined).map(([entry, name]) => [entry, dict[name]]));
  return report;
}

/** What is no dict at all would seem to be one that lacks every key. */
function checkDict(dict: unknown): void {
  const isObject = typeof dict === 'object' && dict !== null && !Array.isArray(dict);
  if (isObject && !(dict instanceof Promise) && !(dict instanceof Map) && !isTensor(dict) && !isModule(dict)) return;
  const remedy = dict instanceof Promise ? 'await it first' : isModule(dict) ? 'pass its stateDict()' : '';
  const words = dict instanceof Map ? 'pass Object.fromEntries(map)' : remedy;
  throw new ValueError(`loadStateDict: takes tensors by key, not ${show(dict)}${words && `; ${words}`}`);
}

/** @throws StateError where something does not fit; what is missing or too much is left aside unless it is strict */
function refuse(dict: Readonly<Record<string, unknown>>, entries: SavedEntries, found: Found, strict: boolean): void {
  const strange = strangeIn(dict, entries, found);
  const shape = (key: string, value: unknown): StateEntry => isTensor(value) ? value : (strange.get(key) ?? { shape: [], dtype: 'none' }); // prettier-ignore
  const shapes = Object.fromEntries(Object.entries(dict).map(([key, value]) => [key, shape(key, value)]));
  const all = differencesBetween(shapes, entries, found);
  const differences = strict ? all : { ...all, renamed: [], rules: {}, missing: [], unexpected: [] };
  const problems = describeDifferences(differences);
  if (strange.size > 0) problems.push(`no tensor: ${[...strange].map(([key, own]) => `'${key}' is ${show(dict[key])}, the model's ${show(own.shape)}`).join(', ')}`); // prettier-ignore
  if (problems.length === 0) return;
  const isMisshapen = differences.reshaped.length + strange.size > 0;
  const remedies = [renamingRemedy(differences), isMisshapen ? '' : 'pass { strict: false } to load what fits'];
  const message = [`loadStateDict: ${problems.join('; ')}`, 'nothing was loaded', ...remedies];
  throw new StateError(message.filter(Boolean).join('; '));
}

/** What is no tensor where one is to be loaded, with what the module has there. */
function strangeIn(
  dict: Readonly<Record<string, unknown>>,
  entries: SavedEntries,
  found: Found,
): Map<string, StateEntry> {
  const wanted = [...entries].flatMap(([key, { value }]) => found.get(key)!.map((name) => [name, value as StateEntry] as const)); // prettier-ignore
  return new Map(wanted.filter(([name]) => !isTensor(dict[name])));
}

function install(pairs: readonly (readonly [Saved, Tensor])[]): void {
  const moved = pairs.map(
    ([{ value }, given]) => [value as Buffer, given.detach().to(value.device)] as [Buffer, Tensor],
  );
  const ready = moved.filter(([target]) => !isPending(target));
  commit(ready);
  for (const [target, given] of moved) if (isPending(target)) target.fill(given.to(target.dtype));
}
