import type { Buffer, Parameter, Tensor } from '../tensor';
import { enterModuleConstructor } from './construction';
import { registerForwardHook, registerForwardPreHook, type HookHandle } from './hooks';
import { isTraining, setTraining } from './mode';
import * as names from './names';
import type { ForwardHook, ForwardPreHook } from './run-hooks';
import { loadStateDict, stateDict, type LoadReport, type LoadStateDictOptions, type StateDict } from './state-dict';
import * as actions from './tree-actions';
import { treeText } from './tree-text';

/**
 * The base of networks and layers: what it offers as methods exists as functions over any instance of a class that
 * carries `@module`, so that extending it is a convenience.
 *
 * PyTorch: https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html
 * @throws DeclarationError at construction of a class that lacks `@module`
 * @example
 * ```ts
 * @module
 * class Model extends Module {
 *   @param([3, 4]) weight!: Parameter<[3, 4]>;
 *   forward(x: Tensor) { return x.matmul(this.weight); }
 * }
 * ```
 */
export abstract class Module {
  constructor() {
    enterModuleConstructor(this);
  }

  /** All parameters in the tree, each tied one once. */
  parameters(): Parameter[] {
    return names.parameters(this);
  }
  /** `[path, parameter]` for every parameter in the tree; a tied one under its first path. */
  namedParameters(): [path: string, parameter: Parameter][] {
    return names.namedParameters(this);
  }
  buffers(): Buffer[] {
    return names.buffers(this) as Buffer[];
  }
  namedBuffers(): [path: string, buffer: Buffer][] {
    return names.namedBuffers(this) as [string, Buffer][];
  }
  /** The modules that this one holds itself, in fields or in lists in them. */
  children(): object[] {
    return names.children(this);
  }
  namedChildren(): [path: string, module: object][] {
    return names.namedChildren(this);
  }
  /** This module and every one in its tree, parents first. */
  modules(): object[] {
    return names.modules(this);
  }
  namedModules(): [path: string, module: object][] {
    return names.namedModules(this);
  }

  /** A snapshot of parameters and persistent buffers by path; see {@link stateDict}. */
  stateDict(): StateDict {
    return stateDict(this);
  }
  /** Takes over saved values, all or nothing; see {@link loadStateDict}. */
  loadStateDict(dict: Readonly<Record<string, Tensor>>, options?: LoadStateDictOptions): LoadReport {
    return loadStateDict(this, dict, options);
  }

  /** Whether it is in training mode; dropout and batch norm ask. */
  get training(): boolean {
    return isTraining(this);
  }
  /** Training mode, for this module and all in it; `train(false)` is `eval()`. */
  train(mode = true): this {
    return setTraining(this, mode);
  }
  eval(): this {
    return setTraining(this, false);
  }

  /** Switches the gradients of all parameters on or off. */
  requiresGrad(flag = true): this {
    return actions.requiresGrad(this, flag);
  }
  /** Forgets all gradients. */
  zeroGrad(): void {
    actions.zeroGrad(this);
  }
  /** Calls `fn` with every module in the tree, children first. */
  apply(fn: (module: any) => void): this {
    return actions.apply(this, fn);
  }
  /** Moves parameters and buffers to a device. */
  to(device: string): this {
    return actions.to(this, device);
  }

  registerForwardHook(hook: ForwardHook): HookHandle {
    return registerForwardHook(this, hook);
  }
  registerForwardPreHook(hook: ForwardPreHook): HookHandle {
    return registerForwardPreHook(this, hook);
  }

  /** The tree of names, shapes and settings. */
  toString(): string {
    return treeText(this);
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return treeText(this);
  }
  /** Values do not belong in JSON: refer to {@link stateDict} for them. */
  toJSON(): string {
    return treeText(this);
  }
}
