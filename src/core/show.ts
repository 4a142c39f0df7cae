/** A value as an error message quotes it, in one line. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return value.some(isObject) ? `a list of ${value.length}` : `[${value.join(', ')}]`;
  if (typeof value === 'function') return `the function ${value.name || '(anonymous)'}`;
  if (isObject(value)) return `an instance of ${value.constructor?.name || 'no class'}`;
  return String(value);
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
