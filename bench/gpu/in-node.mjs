// One device in Node, in a process of its own: prints what timeOn says as a JSON line.
import * as decograd from '../../dist/index.mjs';
import { offerWebGpu } from './offer-web-gpu.mjs';
import { timeOn } from './time-on.mjs';

const [device, given] = process.argv.slice(2);
if (device === 'gpu:webgpu') offerWebGpu();
console.log(JSON.stringify(await timeOn(decograd, device, ...JSON.parse(given))));
process.exit(); // a device of WebGPU keeps the process alive
