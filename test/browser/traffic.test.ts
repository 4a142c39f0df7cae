import { expect, test } from 'vitest';
import { openPlaces } from './open-places';
import { gpus } from './ways';

const at = openPlaces('Chromium', 'Node');

test.each(gpus)('a step on $device in $place moves nothing but the loss', async ({ place, device }) => {
  const steps = await at(place).run('traffic', device);
  expect(steps.map(({ model }) => model)).toEqual([...Array(10).fill('mlp'), ...Array(10).fill('cnn')]);
  for (const { uploads, downloads, copies, launches, planned } of steps) {
    expect({ uploads, downloads, copies }).toEqual({ uploads: 0, downloads: 1, copies: 0 });
    expect(launches).toBeGreaterThan(20);
    expect(launches).toBe(planned);
  }
});
