import { ensureWrapped } from './forward';
import { stateOf } from './instance-state';
import { requireModule } from './metadata';
import type { ForwardHook, ForwardPreHook } from './run-hooks';

/** Takes a hook off again. */
export interface HookHandle {
  remove(): void;
}

/**
 * Calls `hook(module, args)` before every forward of this module.
 * PyTorch: https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.register_forward_pre_hook
 *
 * @example
 * ```ts
 * const handle = registerForwardPreHook(model, (_, [x]) => [x.mul(2)]);
 * handle.remove();
 * ```
 */
export function registerForwardPreHook(module: object, hook: ForwardPreHook): HookHandle {
  return register(module, 'preHooks', hook);
}

/**
 * Calls `hook(module, args, output)` after every forward of this module.
 * PyTorch: https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.register_forward_hook
 *
 * @example
 * ```ts
 * const handle = registerForwardHook(model, (_, args, output) => console.log(output.shape));
 * handle.remove();
 * ```
 */
export function registerForwardHook(module: object, hook: ForwardHook): HookHandle {
  return register(module, 'hooks', hook);
}

/** Lets the hooks of a module run for another one too. */
export function copyHooks(from: object, to: object): void {
  const { preHooks, hooks } = stateOf(from);
  for (const hook of preHooks ?? []) registerForwardPreHook(to, hook);
  for (const hook of hooks ?? []) registerForwardHook(to, hook);
}

function register(module: object, kind: 'hooks' | 'preHooks', hook: ForwardHook | ForwardPreHook): HookHandle {
  requireModule(module);
  ensureWrapped(module);
  const state = stateOf(module);
  const own = (...args: Parameters<ForwardHook>): unknown => hook(...args); // registered twice, it runs twice
  const hooks = (state[kind] ??= new Set()) as Set<ForwardHook>;
  hooks.add(own);
  return {
    remove: () => {
      hooks.delete(own);
      if (hooks.size === 0) delete state[kind];
    },
  };
}
