import { requireModule } from './metadata';
import { stateOf } from './instance-state';
import { modules } from './names';

/** Whether the module is in training mode: true from construction on. */
export function isTraining(module: object): boolean {
  requireModule(module);
  return stateOf(module).training;
}

/**
 * Puts the module and every module in it into training mode, or with `false` into eval mode.
 * PyTorch: https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.train
 */
export function setTraining<M extends object>(module: M, training = true): M {
  for (const one of modules(module)) stateOf(one).training = training;
  return module;
}

/** Which mode each module in the tree is in. */
export function trainingModes(module: object): ReadonlyMap<object, boolean> {
  return new Map(modules(module).map((one) => [one, stateOf(one).training]));
}

/** Puts every module back into the mode that {@link trainingModes} found it in. */
export function restoreModes(modes: ReadonlyMap<object, boolean>): void {
  for (const [one, training] of modes) stateOf(one).training = training;
}
