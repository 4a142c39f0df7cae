import { classInfo, className } from './metadata';
import { walk, type TreeEntry } from './walk';

/** A module as an indented tree: modules with their settings, parameters and buffers with their shapes. */
export function treeText(root: object): string {
  const open: string[] = [];
  const lines = walk(root).map((entry) => {
    while (open.length > 0 && !isInside(entry.path, open.at(-1)!)) open.pop();
    const outer = open.at(-1);
    const name = outer ? entry.path.slice(outer.length + 1) : entry.path;
    const line = '  '.repeat(open.length) + (name === '' ? '' : `${name}: `) + describe(entry);
    if (entry.kind === 'module') open.push(entry.path);
    return line;
  });
  return lines.join('\n');
}

const isInside = (path: string, outer: string): boolean => outer === '' || path.startsWith(`${outer}.`);

function describe({ kind, value, places }: TreeEntry): string {
  const others = places.slice(1).map((place) => place.path);
  const tied = others.length > 0 ? `, tied to ${others.join(', ')}` : '';
  if (kind === 'module') return `${className(value)}(${describeModule(value)})${tied}`;
  const frozen = kind === 'parameter' && !value.requiresGrad ? ', frozen' : '';
  const dtype = value.dtype === 'float32' ? '' : ` ${value.dtype}`;
  return `${kind === 'parameter' ? 'Parameter' : 'Buffer'} [${value.shape.join(', ')}]${dtype}${frozen}${tied}`;
}

/** `extraRepr()` where the class has it, as in PyTorch; its settings otherwise. */
function describeModule(module: object): string {
  const { extraRepr } = module as { extraRepr?: () => string };
  return typeof extraRepr === 'function' ? extraRepr.call(module) : settings(module);
}

/** What the fields of a module hold in numbers, texts, flags, null and lists of them; then what is said beside. */
export function settings(module: object, beside: Readonly<Record<string, unknown>> = {}): string {
  const { fields } = classInfo(Object.getPrototypeOf(module) as object);
  return [...Object.entries(module).filter(([name]) => !fields.has(name)), ...Object.entries(beside)]
    .filter(([, value]) => isPlain(value))
    .map(([name, value]) => `${name}=${plainText(value)}`)
    .join(', ');
}

/** Lists may hold lists, but not deeper: one can hold itself. */
function isPlain(value: unknown, depth = 2): boolean {
  if (Array.isArray(value)) return depth > 0 && value.every((item) => isPlain(item, depth - 1));
  return value === null || ['number', 'string', 'boolean'].includes(typeof value);
}

/** Lists without what is in the middle where they are long. */
function plainText(value: unknown): string {
  if (!Array.isArray(value)) return typeof value === 'string' ? JSON.stringify(value) : String(value);
  const items = value.map(plainText);
  return `[${(items.length > 8 ? [...items.slice(0, 3), '...', ...items.slice(-3)] : items).join(', ')}]`;
}
