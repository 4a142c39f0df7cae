import { namedBuffers, namedModules, namedParameters, parameters } from './names';
import type { Buffer } from '../tensor';

/** Switches gradients of every parameter in the tree on or off. PyTorch: torch.nn.Module.requires_grad_ */
export function requiresGrad<M extends object>(module: M, flag = true): M {
  for (const parameter of parameters(module)) parameter.requiresGrad = flag;
  return module;
}

/** Forgets the gradients of every parameter in the tree. PyTorch: torch.nn.Module.zero_grad */
export function zeroGrad(module: object): void {
  for (const parameter of parameters(module)) parameter.grad = null;
}

/** Calls `fn` with every module in the tree, children before parents, and returns the module. PyTorch: torch.nn.Module.apply */
export function apply<M extends object>(module: M, fn: (module: any) => void): M {
  const open: [path: string, module: object][] = [];
  for (const [path, one] of namedModules(module)) {
    while (open.length > 0 && !isInside(path, open.at(-1)![0])) fn(open.pop()![1]);
    open.push([path, one]);
  }
  while (open.length > 0) fn(open.pop()![1]);
  return module;
}

function isInside(path: string, outer: string): boolean {
  return outer === '' || path.startsWith(`${outer}.`);
}

/**
 * Moves every parameter, its gradient and every buffer to a device, and returns the module; `await device(name)` first
 * where the device has to be loaded. PyTorch: torch.nn.Module.to
 */
export function to<M extends object>(module: M, device: string): M {
  for (const [, parameter] of namedParameters(module)) parameter.moveTo(device);
  for (const [, buffer] of namedBuffers(module)) (buffer as Buffer).moveTo(device);
  return module;
}
