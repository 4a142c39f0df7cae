import { expect, it } from 'vitest';
import { missing } from './missing.mjs';

// The only test of this folder where the others cannot run: see vitest.config.mts.
const reason = missing();

it(reason ?? 'nothing is missing', () => {
  console.info(reason);
  expect(reason).toMatch(/^nothing runs in Chromium or on WebGPU: there is no ./);
});
