import type { Inventory } from '../module';
import type { Format } from './command-line';
import { UsageError } from './usage';

/** Inventories by the names under which their models are exported. */
export type Inventories = ReadonlyMap<string, Inventory>;

const one: Readonly<Record<Format, (inventory: Inventory) => string>> = {
  table: String,
  md: (inventory) => inventory.toMarkdown(),
  csv: (inventory) => inventory.toCSV().trimEnd(),
  json: (inventory) => JSON.stringify(inventory, null, 2),
};

const many: Readonly<Record<Format, (inventories: Inventories) => string>> = {
  table: (inventories) => sections(inventories, '', one.table),
  md: (inventories) => sections(inventories, '## ', one.md),
  csv: (inventories) => {
    const names = [...inventories.keys()].join(', ');
    throw new UsageError(`csv holds one model and the file exports ${names}; choose one with --export`);
  },
  json: (inventories) => JSON.stringify(Object.fromEntries(inventories), null, 2),
};

/** One inventory as it is; several under their names. */
export function renderInventories(inventories: Inventories, format: Format): string {
  const [first] = inventories.values();
  return inventories.size === 1 ? one[format](first) : many[format](inventories);
}

function sections(inventories: Inventories, mark: string, render: (inventory: Inventory) => string): string {
  return [...inventories].map(([name, inventory]) => `${mark}${name}\n\n${render(inventory)}`).join('\n\n');
}
