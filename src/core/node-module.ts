type Process = { getBuiltinModule?: (name: string) => unknown };

/** A module of Node's own, asked for when needed: a browser's bundle holds no trace of it. Undefined where there is none. */
export function nodeModule<T>(name: `node:${string}`): T | undefined {
  return (globalThis as { process?: Process }).process?.getBuiltinModule?.(name) as T | undefined;
}
