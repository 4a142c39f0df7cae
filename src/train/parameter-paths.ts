import { isModule, namedParameters } from '../module';
import type { Optimizer, OptimizerState } from '../optim';
import type { Parameter } from '../tensor';
import type { Model, Objective } from './step';

/** Parameters by the names that checkpoints call them: their paths, below `loss.` those of a loss that is a module. */
export function parameterPaths(model: Model, loss: Objective['loss']): ReadonlyMap<Parameter, string> {
  const paths = new Map<Parameter, string>();
  if (isModule(loss)) for (const [path, parameter] of namedParameters(loss)) paths.set(parameter, `loss.${path}`);
  for (const [path, parameter] of namedParameters(model)) paths.set(parameter, path);
  return paths;
}

type Paths = ReturnType<typeof parameterPaths>;

/** The state of an optimizer by the model's paths, however the optimizer calls the parameters: a plain list has none. */
export function stateByPath(optimizer: Optimizer<any>, paths: Paths): OptimizerState {
  return renamed(optimizer.stateDict(), new Map(namesOf(optimizer, paths)));
}

export function loadStateByPath(optimizer: Optimizer<any>, saved: OptimizerState, paths: Paths): void {
  optimizer.loadStateDict(renamed(saved, new Map(namesOf(optimizer, paths).map(([name, path]) => [path, name]))));
}

function namesOf({ paramGroups }: Optimizer, paths: Paths): [name: string, path: string][] {
  return paramGroups.flatMap(({ params, names }) =>
    params.map((parameter, i): [string, string] => [names[i], paths.get(parameter) ?? names[i]]),
  );
}

function renamed({ groups, state }: OptimizerState, names: ReadonlyMap<string, string>): OptimizerState {
  const to = (name: string): string => names.get(name) ?? name;
  return {
    groups: groups.map((group) => ({ ...group, names: group.names.map(to) })),
    state: Object.fromEntries(Object.entries(state).map(([name, value]) => [to(name), value])),
  };
}
