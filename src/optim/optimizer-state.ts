import { StateError } from '../core/errors';
import { showShape } from '../core/shape';
import { Buffer, commit, type Parameter, type Tensor } from '../tensor';

/** What `optimizer.stateDict()` hands out. */
export interface OptimizerState {
  /** The options of each group, with the paths of its parameters. */
  readonly groups: readonly {
    readonly names: readonly string[];
    readonly options: Readonly<Record<string, unknown>>;
  }[];
  /** Per path: steps taken, and the state tensors by name. */
  readonly state: Readonly<Record<string, { readonly step: number; readonly slots: Readonly<Record<string, Tensor>> }>>;
}

type Group = { readonly params: readonly Parameter[]; readonly names: readonly string[] };
type States = Map<string, { step: number; readonly slots: Record<string, Buffer> }>;

export function writeOptimizerState(groups: readonly Group[], states: States): OptimizerState {
  const state: Record<string, { step: number; slots: Record<string, Tensor> }> = {};
  for (const [path, { step, slots }] of states) {
    const copies = Object.entries(slots).map(([name, value]) => [name, value.detach().keep()] as const);
    state[path] = { step, slots: Object.fromEntries(copies) };
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
): void {
  const parameters = new Map(groups.flatMap(({ params, names }) => params.map((p, i) => [names[i], p] as const)));
  const problems = differences(saved, parameters, groups);
  if (problems.length > 0) throw new StateError(`${name}.loadStateDict: ${problems.join('; ')}; nothing was loaded`);
  groups.forEach((group) => Object.assign(group, optionsFor(saved, group)));
  states.clear();
  for (const [path, { step, slots }] of Object.entries(saved.state)) {
    const copies = Object.entries(slots).map(([slot, value]) => [slot, new Buffer(value)] as const);
    states.set(path, { step, slots: Object.fromEntries(copies) });
  }
  commit([]);
}

function optionsFor(saved: OptimizerState, group: Group): Readonly<Record<string, unknown>> {
  return saved.groups.find(({ names }) => names.includes(group.names[0]))?.options ?? {};
}

function differences(
  saved: OptimizerState,
  parameters: ReadonlyMap<string, Parameter>,
  groups: readonly Group[],
): string[] {
  const known = new Set(saved.groups.flatMap(({ names }) => names));
  const missing = [...parameters.keys()].filter((path) => !known.has(path));
  const unexpected = [...known].filter((path) => !parameters.has(path));
  const problems = [
    missing.length > 0 ? `missing: ${missing.join(', ')}` : '',
    unexpected.length > 0 ? `unexpected: ${unexpected.join(', ')}` : '',
    saved.groups.length !== groups.length ? `${saved.groups.length} groups were saved, here are ${groups.length}` : '',
  ];
  for (const [path, { slots }] of Object.entries(saved.state))
    problems.push(reshaped(path, slots, parameters.get(path)));
  return problems.filter(Boolean);
}

function reshaped(path: string, slots: Readonly<Record<string, Tensor>>, parameter: Parameter | undefined): string {
  if (!parameter) return '';
  const wrong = Object.entries(slots).find(([, value]) => value.shape.join() !== parameter.shape.join());
  return wrong
    ? `${path}: ${wrong[0]} is ${showShape(wrong[1].shape)}, the parameter ${showShape(parameter.shape)}`
    : '';
}
