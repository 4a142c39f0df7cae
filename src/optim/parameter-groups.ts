import { ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { isModule, walk } from '../module';
import { isParameter, type Parameter } from '../tensor';
import { matchesPath } from './path-pattern';

/** A parameter with the path that its optimizer state is kept under, and its `@param` group tag. */
export interface Named {
  readonly path: string;
  readonly parameter: Parameter;
  readonly tag?: string;
}

type Listed = Parameter | readonly [string, Parameter];
/** A list of parameters, `[path, parameter]` pairs, or a module. */
export type ParameterSource = Iterable<Listed> | object;
/** Parameters with options of their own. */
export type GroupSource<O> = { readonly params: ParameterSource } & Partial<O>;
/** What an optimizer can be given. */
export type OptimizerSource<O> = ParameterSource | Iterable<GroupSource<O>>;

/** The parameters of a group and their paths. */
export interface GroupMembers {
  readonly params: readonly Parameter[];
  readonly names: readonly string[];
}
/** Parameters that are updated with the same options. The options may be changed between steps: schedules do. */
export type ParameterGroup<O> = GroupMembers & {
  /** The learning rate that schedulers start from: the first one notes it. */
  initialLr?: number;
} & O;

/** Splits what an optimizer was given into groups, each with its options; refuses what cannot be trained. */
export function parameterGroups<O extends object>(
  name: string,
  source: OptimizerSource<O>,
  options: O,
  tags: Readonly<Record<string, Partial<O>>> = {},
): ParameterGroup<O>[] {
  const groups: ParameterGroup<O>[] = [];
  const seen = new Map<Parameter, string>();
  const used = new Set<string | undefined>();
  for (const [tag, own] of Object.entries(tags)) checkOptions(`${name}: groups.${tag}`, own, Object.keys(options));
  for (const { params, ...own } of groupSources(name, source)) {
    // names and initialLr: groups of another optimizer
    checkOptions(`${name}: a group`, own, [...Object.keys(options), 'names', 'initialLr']);
    for (const [tag, members] of byTag(namedParameters(name, params, seen), tags)) {
      used.add(tag);
      const [list, names] = [members.map((m) => m.parameter), members.map((m) => m.path)];
      groups.push({ ...options, ...own, ...(tag === undefined ? {} : tags[tag]), params: list, names });
    }
  }
  const unused = Object.keys(tags).filter((tag) => !used.has(tag));
  checkComplete(name, seen, unused);
  return groups;
}

/** The parameters of a module, a list, or the one given. @throws ValueError for none, and for what is no parameter */
export function parameterList(where: string, source: ParameterSource): Parameter[] {
  const found = namedParameters(where, isParameter(source) ? [source] : source, new Map());
  if (found.length === 0)
    throw new ValueError(`${where}: was given no parameters; give a module or model.parameters()`);
  return found.map(({ parameter }) => parameter);
}

function checkComplete(name: string, seen: ReadonlyMap<Parameter, string>, unusedTags: readonly string[]): void {
  if (seen.size === 0) throw new ValueError(`${name}: was given no parameters; give a module or model.parameters()`);
  if (new Set(seen.values()).size < seen.size)
    throw new ValueError(`${name}: two parameters have one name; name them differently`);
  const [unused] = unusedTags;
  if (unused !== undefined)
    throw new ValueError(
      `${name}: no parameter has the group '${unused}'; tag one with @param(..., { group: '${unused}' }), and give the module itself, ` +
        `or write a pattern of paths, such as '**.bias'; paths are ${somePaths([...seen.values()])}`,
    );
}

function groupSources<O>(name: string, source: OptimizerSource<O>): GroupSource<O>[] {
  if (isIterable(source)) {
    const items = [...source] as unknown[];
    if (items.length > 0 && items.every(isGroup)) return items as GroupSource<O>[];
    return [{ params: items as Listed[] } as unknown as GroupSource<O>];
  }
  if (isParameter(source)) throw new ValueError(`${name}: was given one parameter; give a list, [parameter]`);
  return [{ params: source } as GroupSource<O>];
}

function isGroup(item: unknown): boolean {
  return typeof item === 'object' && item !== null && !isParameter(item) && 'params' in item;
}

function isIterable(x: unknown): x is Iterable<unknown> {
  return typeof x === 'object' && x !== null && !isModule(x) && Symbol.iterator in x;
}

/** The parameters of a source, noted in `seen`. Where they have no path, their position names them. */
function namedParameters(name: string, source: ParameterSource, seen: Map<Parameter, string>): Named[] {
  const found = isIterable(source) ? fromList(name, [...source], seen.size) : fromModule(name, source);
  for (const { parameter, path } of found) {
    if (seen.has(parameter))
      throw new ValueError(
        `${name}: parameter '${path}' was given twice, first as '${seen.get(parameter)}'; give each once`,
      );
    seen.set(parameter, path);
  }
  return found;
}

function fromList(name: string, items: readonly unknown[], offset: number): Named[] {
  return items.map((item, i) => {
    const [path, parameter] = Array.isArray(item) ? (item as [string, unknown]) : [String(offset + i), item];
    if (!isParameter(parameter))
      throw new ValueError(
        `${name}: item ${i} is no Parameter; plain tensors are not trained, wrap it in new Parameter(tensor)`,
      );
    return { path, parameter };
  });
}

function fromModule(name: string, source: object): Named[] {
  if (!isModule(source))
    throw new ValueError(
      `${name}: give a module, a list of parameters, [path, parameter] pairs, or [{ params, lr }] groups`,
    );
  const found: Named[] = [];
  for (const entry of walk(source))
    if (entry.kind === 'parameter')
      found.push({ path: entry.path, parameter: entry.value, tag: tagOf(entry.places[0]?.declared?.declaration) });
  return found;
}

function tagOf(declaration: { kind: string; options?: object } | undefined): string | undefined {
  return (declaration?.options as { group?: string } | undefined)?.group;
}

function somePaths(paths: readonly string[]): string {
  return paths.slice(0, 8).join(', ') + (paths.length > 8 ? ', ...' : '');
}

/** A list of parameters for each key of `tags`, which is a tag or a pattern of paths, and one for those that none addresses. */
function byTag(found: readonly Named[], tags: object): Map<string | undefined, Named[]> {
  const lists = new Map<string | undefined, Named[]>();
  const keys = Object.keys(tags);
  for (const item of found) {
    const tag = keys.find((key) => key === item.tag) ?? keys.find((key) => matchesPath(key, item.path));
    const list = lists.get(tag);
    if (list) list.push(item);
    else lists.set(tag, [item]);
  }
  return lists;
}
