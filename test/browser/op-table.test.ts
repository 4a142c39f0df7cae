import { expect, test } from 'vitest';
import { allPrimitives, elementwiseTable } from '../../src/ops';
import { allSamples } from '../ops/fixtures';
import { operations } from '../ops/operations';
import { deviations } from './deviations';
import { openPlaces } from './open-places';
import { gpus, webGl1 } from './ways';

const at = openPlaces('Chromium', 'Node');

/** What does not run on every GPU alone, and why. */
const exceptions: Readonly<Record<string, string>> = {};

/** What has a name of its own: operations, and what they are made of. */
const all = {
  operations: [...operations, 'rand', 'randn'],
  behind: [...Object.keys(elementwiseTable), ...allPrimitives().map(({ name }) => name)],
};

test.each(gpus)('the op table on $device in $place', async ({ place, device }) => {
  const { wrong, places, ...report } = await at(place).run('opTable', device);
  expect(wrong.flatMap(({ whatIsNotAllowed }) => whatIsNotAllowed ?? [])).toEqual([]);
  expect(wrong.map(({ title }) => title)).toEqual(deviations.map(({ title }) => title));
  expect(report).toMatchObject({ name: device, cases: allSamples.length, fallbacks: [] });
  expect(report.hardware).toMatchObject({ isSoftware: true, adapter: expect.stringMatching(/swiftshader/i) });
  // an operation without a case ran nowhere
  const elsewhere = (kind: keyof typeof all) => all[kind].filter((name) => String(places[kind][name]) !== device);
  expect([...elsewhere('operations'), ...elsewhere('behind')]).toEqual(Object.keys(exceptions));
});

test('the op table on WebGL 1: what has int32 in it is computed on the CPU, and is listed', async () => {
  const { place, device } = webGl1;
  const { wrong, fallbacks, ...report } = await at(place).run('opTable', device);
  expect(wrong.flatMap(({ whatIsNotAllowed }) => whatIsNotAllowed ?? [])).toEqual([]);
  expect(wrong.map(({ title }) => title)).toEqual(deviations.map(({ title }) => title));
  expect(report).toMatchObject({ name: device, cases: allSamples.length });
  expect(fallbacks).not.toEqual([]);
  for (const { reason } of fallbacks) expect(reason).toContain('int32');
});

test('the op table on wasm in Chromium', async () => {
  const report = await at('Chromium').run('opTable', 'wasm');
  expect(report).toMatchObject({ name: 'wasm', cases: allSamples.length, wrong: [] });
});
