import { className } from './metadata';
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
  if (kind === 'module') return `${className(value)}(${settings(value)})${tied}`;
  const frozen = kind === 'parameter' && !value.requiresGrad ? ', frozen' : '';
  const dtype = value.dtype === 'float32' ? '' : ` ${value.dtype}`;
  return `${kind === 'parameter' ? 'Parameter' : 'Buffer'} [${value.shape.join(', ')}]${dtype}${frozen}${tied}`;
}

/** `extraRepr()` where the class has it, as in PyTorch; its numbers, texts and flags otherwise. */
function settings(module: object): string {
  const { extraRepr } = module as { extraRepr?: () => string };
  if (typeof extraRepr === 'function') return extraRepr.call(module);
  return Object.entries(module)
    .filter(([, value]) => ['number', 'string', 'boolean'].includes(typeof value))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? JSON.stringify(value) : String(value)}`)
    .join(', ');
}
