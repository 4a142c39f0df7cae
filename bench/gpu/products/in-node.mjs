// One device in Node, in a process of its own: prints what the bundle measures as a JSON line.
import { createRequire } from 'node:module';
import { offerWebGpu } from '../offer-web-gpu.mjs';
import { bundled } from './bundle.mjs';

const [device, given] = process.argv.slice(2);
offerWebGpu();
createRequire(import.meta.url)(bundled);
console.log(JSON.stringify(await globalThis.measure(device, ...JSON.parse(given))));
process.exit(); // a device of WebGPU keeps the process alive
