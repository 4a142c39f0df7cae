// Which files of the package run, before and after a device of gpu.js is asked for, and a product computed there.
// `node gpu.mjs import` or `node gpu.mjs require`.
import { Session } from 'node:inspector';
import { createRequire } from 'node:module';

const loaded = new Set();
const session = new Session();
session.connect();
session.on('Debugger.scriptParsed', ({ params }) => {
  if (params.url.includes('/decograd/dist/')) loaded.add(params.url.split('/dist/')[1]);
});
session.post('Debugger.enable');

const start = performance.now();
const { device, tensor } = process.argv[2] === 'import' ? await import('decograd') : createRequire(import.meta.url)('decograd'); // prettier-ignore
const milliseconds = performance.now() - start;
const before = [...loaded];
await device('gpu:cpu');
const product = tensor([[1, 2], [3, 4]]).matmul(tensor([[5, 6], [7, 8]])); // prettier-ignore
const values = await product.toArray();
console.log(JSON.stringify({ before, after: [...loaded], milliseconds, device: product.device, values }));
session.disconnect();
