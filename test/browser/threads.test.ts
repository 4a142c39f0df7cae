import { expect, test } from 'vitest';
import { openPlaces } from './open-places';

const at = openPlaces('Chromium', 'Chromium without isolation', 'Node');

test('threads work along where a page is isolated, one does all where it is not; the bits are those of Node', async () => {
  const node = await at('Node').run('threads', 'wasm');
  const isolated = await at('Chromium').run('threads', 'wasm');
  const open = await at('Chromium without isolation').run('threads', 'wasm');

  expect(node).toMatchObject({ isolated: false, seen: [0, 1, 2], said: [] });
  expect(isolated).toMatchObject({ isolated: true, seen: [0, 1, 2], said: [], cores: node.cores });
  expect(open).toMatchObject({ isolated: false, seen: [0], cores: 1 });
  expect(open.said).toEqual([expect.stringMatching(/^decograd: the CPU engine runs on one thread: .*isolated/)]); // once

  const [bits] = node.results;
  expect(bits).toMatch(/^[0-9a-f]{64}$/);
  for (const { results } of [node, isolated, open]) expect(results).toEqual([bits, bits, bits]);
});
