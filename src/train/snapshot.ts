import { loadStateDict, parameters, restoreModes, stateDict, trainingModes } from '../module';
import type { Optimizer } from '../optim';
import { randomState, setRandomState } from '../tensor';

/** Notes everything that training steps change; the returned function puts it back. */
export function snapshot(model: object, optimizers: readonly Optimizer<any>[]): () => void {
  const [values, modes, random] = [stateDict(model), trainingModes(model), randomState()];
  const states = optimizers.map((optimizer) => [optimizer, optimizer.stateDict()] as const);
  const gradients = parameters(model).map((parameter) => [parameter, parameter.grad] as const);
  return () => {
    loadStateDict(model, values);
    for (const [optimizer, state] of states) optimizer.loadStateDict(state);
    restoreModes(modes);
    for (const [parameter, grad] of gradients) parameter.grad = grad;
    setRandomState(random);
  };
}
