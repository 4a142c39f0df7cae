import { afterAll, beforeAll, expect, test } from 'vitest';
import { allSamples } from '../ops/fixtures';
import { bundledTable, ways } from './bundled-table';

// Under Node 20, 22 and 24: op-table.full.test.ts.
let table: Awaited<ReturnType<typeof bundledTable>>;
beforeAll(async () => void (table = await bundledTable()));
afterAll(() => table.remove());

test.each(ways)('the op table, $threads threads, $arithmetic', async (way) => {
  const report = await table.run(process.execPath, way);
  expect(report.wrong).toEqual([]);
  expect(report.fused).toBe(way.arithmetic === 'fused');
  expect(report.cases).toBe(allSamples.length);
  if (way.threads > 1) expect(report.shared).toBeGreaterThan(report.cases / 4);
});
