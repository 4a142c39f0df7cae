import { expect, test } from 'vitest';
import { openPlaces } from './open-places';
import { gpus } from './ways';

const at = openPlaces('Chromium', 'Node');
const right = (count: number) => ({ count, wrong: 0 });

test.each(gpus)('long inputs reach $device in $place whole, and to the last bit', async ({ place, device }) => {
  const { lengths, product } = await at(place).run('sizes', device);
  expect(lengths).toEqual(
    [33_000, 300_000].map((length) => ({
      length,
      moved: right(length),
      doubled: right(length),
      integers: right(length),
      sum: right(1),
    })),
  );
  expect(product).toEqual(right(256 * 256));
});
