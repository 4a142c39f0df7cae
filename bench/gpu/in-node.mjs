// One device in Node, in a process of its own: prints what timeOn says as a JSON line.
import { createRequire } from 'node:module';
import * as decograd from '../../dist/index.mjs';
import { timeOn } from './time-on.mjs';

/** The package webgpu is found by the library where users install it; here it is among what the tests in browsers need. */
function offerWebGpu() {
  try {
    const { create, globals } = createRequire(new URL('../../test/browser/package.json', import.meta.url))('webgpu');
    Object.assign(globalThis, globals);
    globalThis.navigator ??= {};
    Object.defineProperty(globalThis.navigator, 'gpu', { value: create([]), configurable: true });
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
  }
}

const [device, names, seconds] = process.argv.slice(2);
if (device === 'gpu:webgpu') offerWebGpu();
console.log(JSON.stringify(await timeOn(decograd, device, names.split(','), Number(seconds))));
process.exit(); // a device of WebGPU keeps the process alive
