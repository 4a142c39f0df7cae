/** One value for every copy of the library in the process (an ESM and a CommonJS one may be loaded together). */
export function shared<T extends object>(name: string, make: () => T): T {
  const slots = globalThis as unknown as Record<symbol, T | undefined>;
  return (slots[Symbol.for(`decograd:${name}`)] ??= make());
}
