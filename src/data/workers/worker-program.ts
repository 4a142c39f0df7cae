/**
 * What a thread runs. It loads the user's module with `require` first, since that goes through the hooks of ts-node and its
 * like, which a thread inherits. As text, since a bundler would rewrite a function; it knows tensors by what they offer, since
 * the library it would import is the one that the user's module brings.
 */
export const workerProgram = `
const { parentPort, workerData: { url, path, name, given } } = require('node:worker_threads');

async function load() {
  try {
    if (!/\\.m[jt]s$/.test(path)) return require(path);
  } catch (error) {
    const isModule = error.code === 'ERR_REQUIRE_ESM' || error.code === 'ERR_REQUIRE_ASYNC_MODULE' || error instanceof SyntaxError;
    if (!isModule) throw error;
  }
  return import(url);
}

async function make() {
  const exports = await load();
  const found = name in exports ? exports[name] : exports.default && exports.default[name];
  if (found === undefined) throw new Error(path + ' does not export ' + name + '; it exports ' + (Object.keys(exports).join(', ') || 'nothing'));
  const isClass = typeof found === 'function' && /^class\\b/.test(Function.prototype.toString.call(found));
  const dataset = isClass ? new found(...given) : typeof found === 'function' ? await found(...given) : found;
  if (dataset && typeof dataset.get === 'function' && 'length' in dataset) return dataset;
  throw new Error(name + ' of ' + path + ' is no dataset, nor a function or class of one: a dataset has length and get(index)');
}

function packed(value, transfer) {
  if (typeof value !== 'object' || value === null) return { value };
  if (typeof value.dataSync === 'function' && Array.isArray(value.shape)) {
    const values = value.dataSync().slice();
    transfer.push(values.buffer);
    return { tensor: values, shape: [...value.shape], dtype: value.dtype };
  }
  if (Array.isArray(value)) return { list: value.map((part) => packed(part, transfer)) };
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return { value };
  return { entries: Object.entries(value).map(([key, part]) => [key, packed(part, transfer)]) };
}

function read(dataset, { indices, draw, whole }) {
  if (whole && dataset.batch) return { isBatch: true, value: dataset.batch(indices, draw) };
  return { isBatch: false, value: Array.from(indices, (index) => dataset.get(index, draw)) };
}

function failure(error) {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  return { name: error.name, message: error.message, stack: error.stack };
}

const making = make();
making.catch(() => undefined);
parentPort.on('message', async (request) => {
  try {
    const dataset = await making;
    if (request.indices === undefined) return parentPort.postMessage({ id: request.id, length: dataset.length });
    const { isBatch, value } = read(dataset, request);
    const transfer = [];
    parentPort.postMessage({ id: request.id, isBatch, packed: packed(value, transfer) }, transfer);
  } catch (error) {
    parentPort.postMessage({ id: request.id, failure: failure(error) });
  }
});
`;
