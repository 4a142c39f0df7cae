import { StateError } from '../core/errors';
import { showShape } from '../core/shape';
import { commit, isTensor, type Buffer, type Parameter, type Tensor } from '../tensor';
import { isPending } from './pending';
import { show } from './shape-declaration';
import { walk, type BufferEntry, type ParameterEntry, type Place } from './walk';

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

type Saved = ParameterEntry | BufferEntry;

/** A path with the last name replaced by the declaration's `key`, where it has one. */
function keyOf({ path, field, declared }: Place): string {
  const key = (declared?.declaration as { options?: { key?: string } } | undefined)?.options?.key;
  return key === undefined ? path : path.slice(0, path.length - field.length) + key;
}

function isSaved(entry: { kind: string; places: Place[] }): boolean {
  const [first] = entry.places;
  const { options } = (first.declared?.declaration ?? {}) as { options?: { persistent?: boolean } };
  return entry.kind !== 'module' && options?.persistent !== false;
}

/** What a module saves, by its first key; two things under one key are an error. */
function savedEntries(module: object): Map<string, Saved> {
  const entries = new Map<string, Saved>();
  for (const entry of walk(module)) {
    if (entry.kind === 'module' || !isSaved(entry)) continue;
    const key = keyOf(entry.places[0]);
    const other = entries.get(key);
    if (other)
      throw new StateError(
        `stateDict: '${other.path}' and '${entry.path}' both have the key '${key}'; change one of the keys`,
      );
    entries.set(key, entry);
  }
  return entries;
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
 * @throws StateError listing all missing, unexpected and misshapen keys together
 * @example loadStateDict(model, await loadSafetensors('model.safetensors'));
 */
export function loadStateDict(
  module: object,
  dict: Readonly<Record<string, Tensor>>,
  { strict = true }: LoadStateDictOptions = {},
): LoadReport {
  const entries = savedEntries(module);
  const keys = keysOf(dict, entries.values());
  const used = new Set<string>();
  const pairs: [Saved, Tensor][] = [];
  const [missing, problems]: [string[], string[]] = [[], []];
  for (const [key, entry] of entries) {
    const found = keysFor(entry, keys);
    const wrong = found.filter((name) => !fits(entry.value, dict[name]));
    found.forEach((name) => used.add(name));
    for (const name of wrong)
      problems.push(`'${name}' is ${shapeOf(dict[name])}, the model's ${showShape(entry.value.shape)}`);
    if (found.length === 0) missing.push(key);
    else if (wrong.length === 0) pairs.push([entry, dict[found[0]]]);
  }
  const unexpected = Object.keys(dict).filter((key) => !used.has(key));
  refuse(strict ? missing : [], strict ? unexpected : [], problems);
  install(pairs);
  return { missing, unexpected };
}

/** The dict's key for each of the model's: the same, or where only one side has it, one that is the same in camelCase. */
function keysOf(dict: Readonly<Record<string, unknown>>, entries: Iterable<Saved>): Map<string, string> {
  const own = new Set([...entries].flatMap((entry) => entry.places.map(keyOf)));
  const spelt = new Map([...own].map((key) => [camel(key), key]));
  const keys = new Map(Object.keys(dict).map((key) => [key, key]));
  for (const key of Object.keys(dict)) {
    const meant = own.has(camel(key)) ? camel(key) : spelt.get(camel(key));
    if (meant !== undefined && !own.has(key) && !keys.has(meant)) keys.set(meant, key);
  }
  return keys;
}

const camel = (key: string): string => key.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** The dict's keys for an entry; there may be more than one where it is tied. */
function keysFor(entry: Saved, keys: ReadonlyMap<string, string>): string[] {
  const found = entry.places.map((place) => keys.get(keyOf(place))).filter((key) => key !== undefined);
  return [...new Set(found)];
}

function fits(target: Tensor | Parameter, value: unknown): boolean {
  if (!isTensor(value)) return false;
  const { shape } = target as { shape: readonly unknown[] };
  return shape.length === value.shape.length && shape.every((size, i) => size === '?' || size === value.shape[i]);
}

const shapeOf = (value: unknown): string => (isTensor(value) ? showShape(value.shape) : show(value));

function refuse(missing: readonly string[], unexpected: readonly string[], misshapen: readonly string[]): void {
  const problems = [
    missing.length > 0 ? `missing: ${missing.join(', ')}` : '',
    unexpected.length > 0 ? `unexpected: ${unexpected.join(', ')}` : '',
    misshapen.length > 0 ? `wrong shape: ${misshapen.join(', ')}` : '',
  ].filter(Boolean);
  if (problems.length === 0) return;
  const remedy = misshapen.length > 0 ? '' : '; pass { strict: false } to load what fits';
  throw new StateError(`loadStateDict: ${problems.join('; ')}; nothing was loaded${remedy}`);
}

function install(pairs: readonly (readonly [Saved, Tensor])[]): void {
  const moved = pairs.map(
    ([{ value }, given]) => [value as Buffer, given.detach().to(value.device)] as [Buffer, Tensor],
  );
  const ready = moved.filter(([target]) => !isPending(target));
  commit(ready);
  for (const [target, given] of moved) if (isPending(target)) target.fill(given.to(target.dtype));
}
