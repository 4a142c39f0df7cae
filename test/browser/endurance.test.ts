import { expect, test } from 'vitest';
import { openPlaces } from './open-places';
import { gpus } from './ways';

const at = openPlaces('Chromium', 'Node');

/** What one step drops, logits and loss: when they are collected differs. Between two collections there are ten steps. */
const dropped = { blocks: 2, bytes: 4 * (12 * 3 + 1) };
const stepsBetween = 10;

test.each(gpus)('2,000 steps on $device in $place take no more memory at their end', async ({ place, device }) => {
  const all = await at(place).run('endurance', device);
  expect(all).toHaveLength(80);
  // the first two thousand are left out: so long V8 compiles, 0.3 MB after step 50, of which one part in three after step 1,000
  const [second, middle, end] = [all.slice(20, 40), all.slice(40, 60), all.slice(60)];
  type Memory = (typeof all)[number];
  const least = (some: typeof all, what: (memory: Memory) => number) => Math.min(...some.map(what));
  const most = (some: typeof all, what: (memory: Memory) => number) => Math.max(...some.map(what));
  const blocksInUse = ({ blocks, idleBlocks }: Memory) => blocks - idleBlocks;
  const bytesInUse = ({ bytes, idleBytes }: Memory) => bytes - idleBytes;
  expect(least(middle, blocksInUse)).toBeGreaterThan(0);
  expect(least(end, blocksInUse)).toBeLessThanOrEqual(least(middle, blocksInUse) + dropped.blocks);
  expect(least(end, bytesInUse)).toBeLessThanOrEqual(least(middle, bytesInUse) + dropped.bytes);
  // one collection that comes late, and what it would have given back is had anew, once
  const late = stepsBetween * dropped.blocks;
  expect(most(end, ({ blocks }) => blocks)).toBeLessThanOrEqual(most(middle, ({ blocks }) => blocks) + late);
  // a tensor kept for each step would be some 300 kB; collections leave more or less
  expect(least(end, ({ heap }) => heap) - least(middle, ({ heap }) => heap)).toBeLessThan(250_000);
  // the driver's memory too, which JavaScript does not count: 4 kB a step kept would be 4 MB. Of the second thousand and the third:
  // once, some time after step 3,000, the process grows by 3 to 5 MB, and hardly in the thousands after that
  const resident = (some: typeof all) => least(some, (memory) => memory.resident ?? 0);
  expect(resident(middle) > 0).toBe(place === 'Node');
  expect(resident(middle) - resident(second)).toBeLessThan(4_000_000);
});
