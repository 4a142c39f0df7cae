import { resolve } from 'node:path';
import { inventory } from '../module';
import { checkInventories } from './check-inventories';
import type { InventoryRequest } from './command-line';
import { findModels } from './find-models';
import { loadFile } from './load/load-file';
import type { Outcome } from './outcome';
import { renderInventories } from './render-inventories';

/** `decograd inventory`. */
export async function inventoryCommand(request: InventoryRequest): Promise<Outcome> {
  const exports = await loadFile(resolve(request.file));
  const models = await findModels(exports, request.export);
  const inventories = new Map([...models].map(([name, model]) => [name, inventory(model)]));
  const { check, format } = request;
  const output = check === undefined || format ? renderInventories(inventories, format ?? 'table') : '';
  if (check === undefined) return { output, messages: [], code: 0 };
  const changes = checkInventories(resolve(check), inventories, request.export);
  const verdict = changes.length === 0 ? 'no change' : changes.length === 1 ? '1 change' : `${changes.length} changes`;
  return { output, messages: [...changes, `${verdict} since ${check}`], code: changes.length === 0 ? 0 : 1 };
}
