import { alignedTable, csvLine } from '../core/table';
import type { Inventory, InventoryEntry } from './inventory';

export type TableFormat = 'text' | 'markdown' | 'csv';

const count = (value: number | null): string => (value === null ? '?' : value.toLocaleString('en-US'));

/** The columns: a heading and what stands below it. Optional ones are left out of tables where nothing stands there. */
const columns: readonly { name: string; of: (entry: InventoryEntry) => string; optional?: true; right?: true }[] = [
  { name: 'path', of: (entry) => entry.path },
  { name: 'kind', of: (entry) => entry.kind },
  { name: 'declared by', of: (entry) => entry.declaredBy },
  { name: 'shape', of: (entry) => `[${entry.shape.join(', ')}]` },
  { name: 'dtype', of: (entry) => entry.dtype },
  { name: 'count', of: (entry) => count(entry.count), right: true },
  { name: 'bytes', of: (entry) => count(entry.bytes), right: true },
  { name: 'trainable', of: (entry) => (entry.kind === 'buffer' ? '' : entry.trainable ? 'yes' : 'no') },
  { name: 'group', of: (entry) => entry.group ?? '', optional: true },
  { name: 'initialiser', of: (entry) => entry.initialiser ?? '', optional: true },
  { name: 'tied to', of: (entry) => entry.tied.join(' '), optional: true },
  { name: 'doc', of: (entry) => entry.doc ?? '', optional: true },
];

/** The inventory as text with aligned columns, as Markdown or as CSV; CSV has all columns and no totals. */
export function inventoryTable(inventory: Inventory, format: TableFormat): string {
  const { entries } = inventory;
  if (format === 'csv') {
    const numbers = (text: string): string => (/^[\d,]+$/.test(text) ? text.replaceAll(',', '') : text);
    const rows = entries.map((entry) =>
      columns.map((column) => (column.right ? numbers(column.of(entry)) : column.of(entry))),
    );
    return [columns.map((column) => column.name), ...rows].map(csvLine).join('');
  }
  const { head, rows, right } = inventoryCells(entries);
  const summary = inventorySummary(inventory);
  return `${format === 'markdown' ? markdown([head, ...rows], right) : alignedTable([head, ...rows], right)}\n\n${summary}`;
}

/** What a table for people shows: headings, rows of text, and which columns are numbers. */
export function inventoryCells(entries: readonly InventoryEntry[]) {
  const shown = columns.filter((column) => !column.optional || entries.some((entry) => column.of(entry) !== ''));
  return {
    head: shown.map((column) => column.name),
    rows: entries.map((entry) => shown.map((column) => column.of(entry))),
    right: shown.map((column) => column.right ?? false),
  };
}

/** `20 parameters (20 trainable), 0 in buffers, 80 bytes`, and how many tensors are not among them since nobody knows their sizes. */
export function inventorySummary({ entries, totals }: Pick<Inventory, 'entries' | 'totals'>): string {
  const { parameters, trainable, buffers, bytes } = totals;
  const waiting = entries.filter((entry) => entry.count === null).length;
  const without = waiting === 0 ? '' : `, without ${waiting} of sizes that the first forward decides`;
  return `${count(parameters)} parameters (${count(trainable)} trainable), ${count(buffers)} in buffers, ${count(bytes)} bytes${without}`;
}

function markdown(rows: readonly string[][], right: readonly boolean[]): string {
  const line = (row: readonly string[]): string => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const [head, ...body] = rows.map(line);
  return [head, `| ${right.map((is) => (is ? '---:' : '---')).join(' | ')} |`, ...body].join('\n');
}
