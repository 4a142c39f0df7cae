// Runs the files that browsers are given in a context of JavaScript and a few things of the web, with nothing of Node:
// `node --experimental-vm-modules bare.mjs FILE`, where FILE imports decograd.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createContext, SourceTextModule } from 'node:vm';

const web = {
  console,
  performance,
  setTimeout,
  clearTimeout,
  TextEncoder,
  TextDecoder,
  URL,
  Blob,
  AbortController,
  atob,
};
const context = createContext({ ...web, crossOriginIsolated: false });
const loaded = new Map();
const running = new Map();

function load(path) {
  if (!loaded.has(path)) {
    const importModuleDynamically = (specifier) => run(find(specifier, path));
    loaded.set(path, new SourceTextModule(readFileSync(path, 'utf8'), { context, identifier: path, importModuleDynamically })); // prettier-ignore
  }
  return loaded.get(path);
}

/** Linked and evaluated once, however many ask for it. */
function run(module) {
  if (!running.has(module)) running.set(module, linked(module));
  return running.get(module);
}

async function linked(module) {
  if (module.status === 'unlinked') await module.link((name, { identifier }) => find(name, identifier));
  await module.evaluate();
  return module;
}

function find(specifier, from) {
  if (specifier === 'decograd') return load(resolve('node_modules/decograd/dist/browser.mjs'));
  if (!specifier.startsWith('.')) throw new Error(`${from} imports '${specifier}', which a browser cannot find`);
  return load(resolve(dirname(from), specifier));
}

await run(load(resolve(process.argv[2])));
