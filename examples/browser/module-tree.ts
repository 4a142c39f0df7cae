import type { InventoryEntry } from 'decograd';
import { element } from './element';

/** An inventory as nested lists: modules open and close, and hold what their paths say. */
export function moduleTree(entries: readonly InventoryEntry[], prefix = ''): HTMLUListElement {
  const list = element('ul');
  const parts = new Map<string, InventoryEntry[]>();
  for (const entry of entries) {
    const [name] = entry.path.slice(prefix.length).split('.');
    parts.set(name, [...(parts.get(name) ?? []), entry]);
  }
  for (const [name, inside] of parts) {
    const path = prefix + name;
    const isLeaf = inside.length === 1 && inside[0].path === path;
    list.append(element('li', {}, isLeaf ? leaf(name, inside[0]) : branch(name, inside, path)));
  }
  return list;
}

function branch(name: string, inside: readonly InventoryEntry[], path: string): HTMLDetailsElement {
  const count = inside.reduce((sum, entry) => sum + (entry.count ?? 0), 0);
  const summary = element('summary', {}, element('b', {}, name), ` ${count.toLocaleString()} numbers`);
  return element('details', { open: true }, summary, moduleTree(inside, `${path}.`));
}

function leaf(name: string, { kind, shape, count, trainable, initialiser }: InventoryEntry): HTMLSpanElement {
  const how = [kind, !trainable && kind === 'parameter' && 'frozen', initialiser].filter(Boolean).join(', ');
  return element(
    'span',
    {},
    element('b', {}, name),
    ` [${shape.join(', ')}] ${count?.toLocaleString() ?? '?'} · ${how}`,
  );
}
