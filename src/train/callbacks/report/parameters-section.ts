import { inventory } from '../../../module';
import { inventoryCells, inventorySummary } from '../../../module/inventory-text';
import { byteCount, counted } from './figures';
import type { Markup } from './markup';
import type { Report } from './report';
import { section, table } from './table';

/** The inventory of the model. */
export function parametersSection({ run }: Report): Markup {
  const { entries, totals } = inventory(run.model);
  const { head, rows, right } = inventoryCells(entries);
  const heading = `${counted(totals.parameters, 'parameter')} in ${byteCount(totals.bytes)}`;
  return section(heading, inventorySummary({ entries, totals }), table(head, rows, right));
}
