import { expect, test } from 'vitest';
import { openPlaces } from './open-places';
import { gpus } from './ways';

const at = openPlaces('Chromium', 'Node');

test.each(gpus)('chains of integers on $device in $place are exact', async ({ place, device }) => {
  const { wanted, found } = await at(place).run('integers', device);
  expect(found).toEqual(wanted);
  expect(Object.keys(found)).toHaveLength(7);
});
