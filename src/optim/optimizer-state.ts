import { StateError } from '../core/errors';
import { showShape } from '../core/shape';
import { show } from '../module/shape-declaration';
import { Buffer, commit, type Parameter, type Tensor } from '../tensor';

/** What `optimizer.stateDict()` hands out. */
export interface OptimizerState {
  /** The options of each group, with the paths of its parameters. */
  readonly groups: readonly {
    readonly names: readonly string[];
    readonly options: Readonly<Record<string, unknown>>;
  }[];
  /** Per path. */
  readonly state: Readonly<Record<string, SavedState>>;
}
interface SavedState {
  /** Steps taken. */
  readonly step: number;
  /** State tensors by name. */
  readonly slots: Readonly<Record<string, Tensor>>;
  /** State that is plain numbers; only some optimizers have any. */
  readonly numbers?: Readonly<Record<string, number>>;
}

type Group = { readonly params: readonly Parameter[]; readonly names: readonly string[] };
interface State {
  step: number;
  readonly slots: Record<string, Buffer>;
  numbers: Readonly<Record<string, number>>;
}
type States = Map<string, State>;
/** The sizes that a state tensor must have. */
type ShapeOf = (slot: string, parameter: Parameter) => readonly number[];

export function writeOptimizerState(groups: readonly Group[], states: States): OptimizerState {
  const state: Record<string, SavedState> = {};
  for (const [path, { step, slots, numbers }] of states) {
    const copies = Object.entries(slots).map(([name, value]) => [name, value.detach().keep()] as const);
    const own = Object.keys(numbers).length === 0 ? {} : { numbers: { ...numbers } };
    state[path] = { step, slots: Object.fromEntries(copies), ...own };
  }
  return {
    groups: groups.map(({ params: _, names, ...options }) => ({ names: [...names], options: { ...options } })),
    state,
  };
}

export function readOptimizerState(
  name: string,
  saved: OptimizerState,
  groups: readonly Group[],
  states: States,
  shapeOf: ShapeOf,
): void {
  checkForm(name, saved);
  const parameters = new Map(groups.flatMap(({ params, names }) => params.map((p, i) => [names[i], p] as const)));
  const problems = differences(saved, parameters, groups, shapeOf);
  if (problems.length > 0) throw new StateError(`${name}.loadStateDict: ${problems.join('; ')}; nothing was loaded`);
  groups.forEach((group) => Object.assign(group, optionsFor(saved, group)));
  states.clear();
  for (const [path, { step, slots, numbers = {} }] of Object.entries(saved.state)) {
    const copies = Object.entries(slots).map(([slot, value]) => [slot, new Buffer(value)] as const);
    states.set(path, { step, slots: Object.fromEntries(copies), numbers });
  }
  commit([]);
}

function checkForm(name: string, saved: Partial<OptimizerState> | null | undefined): void {
  if (Array.isArray(saved?.groups) && typeof saved.state === 'object') return;
  throw new StateError(`${name}.loadStateDict: takes what stateDict() of such an optimizer gave, not ${show(saved)}`);
}

function savedGroup(saved: OptimizerState, { names: [first] }: Group): OptimizerState['groups'][number] | undefined {
  return saved.groups.find(({ names }) => names.includes(first));
}

function optionsFor(saved: OptimizerState, group: Group): Readonly<Record<string, unknown>> {
  return savedGroup(saved, group)?.options ?? {};
}

function differences(
  saved: OptimizerState,
  parameters: ReadonlyMap<string, Parameter>,
  groups: readonly Group[],
  shapeOf: ShapeOf,
): string[] {
  const known = new Set(saved.groups.flatMap(({ names }) => names));
  const missing = [...parameters.keys()].filter((path) => !known.has(path));
  const unexpected = [...known].filter((path) => !parameters.has(path));
  const problems = [
    missing.length > 0 ? `missing: ${missing.join(', ')}` : '',
    unexpected.length > 0 ? `unexpected: ${unexpected.join(', ')}` : '',
    saved.groups.length !== groups.length ? `${saved.groups.length} groups were saved, here are ${groups.length}` : '',
    ...new Set(groups.map((group) => strangeOptions(saved, group))),
  ];
  if (!problems.some(Boolean)) problems.push(...groups.map((group, i) => regrouped(saved, group, i)));
  for (const [path, { slots }] of Object.entries(saved.state))
    problems.push(reshaped(path, slots, shapeOf, parameters.get(path)));
  return problems.filter(Boolean);
}

/** An option that there is not tells the state of another optimizer, which would be taken over in part. */
function strangeOptions(saved: OptimizerState, group: Group): string {
  const strange = Object.keys(optionsFor(saved, group)).filter((key) => !(key in group) && key !== 'initialLr');
  return strange.length > 0 ? `it has no option ${strange.join(', ')}: the state is that of another optimizer` : '';
}

/** Options are those of a whole group: what is with others now would get theirs. */
function regrouped(saved: OptimizerState, group: Group, index: number): string {
  const names = new Set(savedGroup(saved, group)?.names);
  const isSame = names.size === group.names.length && group.names.every((name) => names.has(name));
  return isSame ? '' : `group ${index} has ${group.names.join(', ')}, and had ${[...names].join(', ')}`;
}

function reshaped(path: string, slots: SavedState['slots'], shapeOf: ShapeOf, parameter?: Parameter): string {
  if (!parameter) return '';
  const fits = ([slot, { shape }]: [string, Tensor]) => shape.join() === shapeOf(slot, parameter).join();
  const wrong = Object.entries(slots).find((entry) => !fits(entry));
  return wrong
    ? `${path}: ${wrong[0]} is ${showShape(wrong[1].shape)}, the parameter ${showShape(parameter.shape)}`
    : '';
}
