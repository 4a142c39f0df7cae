import { expect, test } from 'vitest';
import { smooth } from '../ops/slope';
import { openPlaces } from './open-places';
import { gpus } from './ways';

const at = openPlaces('Chromium', 'Node');

test.each(gpus)('gradients of gradients of every operation on $device in $place', async ({ place, device }) => {
  const { operations, wrong } = await at(place).run('secondOrder', device);
  expect(wrong).toEqual([]);
  expect(operations).toEqual([...new Set(smooth.map(({ op }) => op))]);
});

test.each(gpus)('networks with a penalty on gradients on $device in $place', async ({ place, device }) => {
  const found = await at(place).run('penalties', device);
  expect(found.map(({ parameters }) => parameters)).toEqual([6, 6, 4, 14]);
  for (const { network, gap } of found) expect(gap, network).toBeLessThan(1e-4);
});
