import { expect, test } from 'vitest';
import { openPlaces } from './open-places';
import { gpus } from './ways';

const at = openPlaces('Chromium', 'Node');

test.each(gpus)('products with several results a thread on $device in $place', async ({ place, device }) => {
  const deviations = await at(place).run('productDeviations', device);
  expect(Object.keys(deviations)).toHaveLength(12);
  for (const [product, deviation] of Object.entries(deviations)) expect(deviation, product).toBeLessThan(1e-5);
});
