import { loadStateDict, parameters, restoreModes, stateDict, trainingModes } from '../module';
import type { Optimizer } from '../optim';
import { randomState, setRandomState } from '../tensor';

/** Notes everything that training steps change; the returned function puts it back. */
export function snapshot(model: object, optimizer: Optimizer<any>): () => void {
  const [values, state, modes, random] = [stateDict(model), optimizer.stateDict(), trainingModes(model), randomState()];
  const gradients = parameters(model).map((parameter) => [parameter, parameter.grad] as const);
  return () => {
    loadStateDict(model, values);
    optimizer.loadStateDict(state);
    restoreModes(modes);
    for (const [parameter, grad] of gradients) parameter.grad = grad;
    setRandomState(random);
  };
}
