import { expect, test } from 'vitest';
import { openPlaces } from './open-places';
import { gpus } from './ways';

const at = openPlaces('Chromium', 'Node');

test.each(gpus)('random numbers on $device in $place are those of the CPU', async ({ place, device }) => {
  const { count, distinct, uniform, normal } = await at(place).run('random', device);
  expect(count).toBe(5 * 2 * 2 * 301);
  expect(distinct).toBeGreaterThan(3000); // of 3010
  expect(uniform).toBe(0);
  expect(normal).toBeLessThanOrEqual(2);
});
