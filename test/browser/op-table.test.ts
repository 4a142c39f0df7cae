import { expect, test } from 'vitest';
import { allSamples } from '../ops/fixtures';
import { deviations } from './deviations';
import { openPlaces } from './open-places';
import { gpus } from './ways';

const at = openPlaces('Chromium', 'Node');

test.each(gpus)('the op table on $device in $place', async ({ place, device }) => {
  const { wrong, ...report } = await at(place).run('opTable', device);
  expect(wrong.flatMap(({ whatIsNotAllowed }) => whatIsNotAllowed ?? [])).toEqual([]);
  expect(wrong.map(({ title }) => title)).toEqual(deviations.map(({ title }) => title));
  expect(report).toMatchObject({ name: device, cases: allSamples.length, fallbacks: [] });
  expect(report.hardware).toMatchObject({ isSoftware: true, adapter: expect.stringMatching(/swiftshader/i) });
});

test('the op table on wasm in Chromium', async () => {
  const report = await at('Chromium').run('opTable', 'wasm');
  expect(report).toMatchObject({ name: 'wasm', cases: allSamples.length, wrong: [] });
});
