/** Runs before forward; a returned list replaces its arguments, any other value becomes the only one. */
export type ForwardPreHook = (module: any, args: readonly any[]) => unknown;
/** Runs after forward; a returned value replaces its output. */
export type ForwardHook = (module: any, args: readonly any[], output: any) => unknown;

export function runPreHooks(hooks: Iterable<ForwardPreHook>, module: object, args: unknown[]): unknown[] {
  let given = args;
  for (const hook of [...hooks]) {
    const result = hook(module, given);
    if (result !== undefined) given = Array.isArray(result) ? result : [result];
  }
  return given;
}

export function runHooks(hooks: Iterable<ForwardHook>, module: object, args: unknown[], output: unknown): unknown {
  let result = output;
  for (const hook of [...hooks]) {
    const replaced = hook(module, args, result);
    if (replaced !== undefined) result = replaced;
  }
  return result;
}
