// WebGPU for Node, from among what the tests in browsers need.
import { createRequire } from 'node:module';

/** The package webgpu is found by the library where users install it; here it is in another place. */
export function offerWebGpu() {
  try {
    const { create, globals } = createRequire(new URL('../../test/browser/package.json', import.meta.url))('webgpu');
    Object.assign(globalThis, globals);
    globalThis.navigator ??= {};
    Object.defineProperty(globalThis.navigator, 'gpu', { value: create([]), configurable: true });
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
  }
}
