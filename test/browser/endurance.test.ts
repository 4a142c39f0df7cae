import { expect, test } from 'vitest';
import { openPlaces } from './open-places';
import { gpus } from './ways';

const at = openPlaces('Chromium', 'Node');

/** What one step drops, logits and loss: when they are collected differs. */
const dropped = { blocks: 2, bytes: 4 * (12 * 3 + 1) };

test.each(gpus)('2,000 steps on $device in $place take the memory of 250', async ({ place, device }) => {
  const [first, ...rest] = await at(place).run('endurance', device);
  expect(rest).toHaveLength(7);
  expect(first.blocks).toBeGreaterThan(0);
  expect(Math.max(...rest.map(({ blocks }) => blocks))).toBeLessThanOrEqual(first.blocks + dropped.blocks);
  expect(Math.max(...rest.map(({ bytes }) => bytes))).toBeLessThanOrEqual(first.bytes + dropped.bytes);
  const least = (some: typeof rest) => Math.min(...some.map(({ heap }) => heap));
  // a tensor kept for each step would be some 600 kB; what could be computed again takes more and less in turn
  expect(least(rest.slice(-4)) - least([first, ...rest].slice(0, 4))).toBeLessThan(300_000);
});
