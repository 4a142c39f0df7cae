import { expect, test } from 'vitest';
import { openPlaces } from './open-places';
import { gpus } from './ways';

const at = openPlaces('Chromium', 'Node');

/** What one step drops, logits and loss: when they are collected differs. */
const dropped = { blocks: 2, bytes: 4 * (12 * 3 + 1) };

test.each(gpus)('2,000 steps on $device in $place take no more memory at their end', async ({ place, device }) => {
  const all = await at(place).run('endurance', device);
  expect(all).toHaveLength(60);
  // the first thousand is left out: until then V8 compiles, and what could be computed again is not forgotten yet
  const [middle, end] = [all.slice(20, 40), all.slice(40)];
  const most = (some: typeof all, what: 'blocks' | 'bytes') => Math.max(...some.map((memory) => memory[what]));
  expect(most(middle, 'blocks')).toBeGreaterThan(0);
  expect(most(end, 'blocks')).toBeLessThanOrEqual(most(middle, 'blocks') + dropped.blocks);
  expect(most(end, 'bytes')).toBeLessThanOrEqual(most(middle, 'bytes') + dropped.bytes);
  // a tensor kept for each step would be some 300 kB; collections leave more or less
  const least = (some: typeof all) => Math.min(...some.map(({ heap }) => heap));
  expect(least(end) - least(middle)).toBeLessThan(250_000);
});
