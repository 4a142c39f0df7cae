// The peers, in the order of the tables, and whether each is here. A new one is one more file here and an entry in this list.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launch } from '../launch.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const json = (path) => JSON.parse(readFileSync(here(path), 'utf8'));

/** `find` gives the version, or throws saying why the peer is missing; `oneThread` says why it has but one thread. */
export const peers = [
  { name: 'torch', title: 'PyTorch', find: findTorch },
  { name: 'decograd', title: 'decograd', find: findDecograd, oneThread: await whyOneThread() },
  { name: 'tfjs', title: 'tfjs wasm', find: () => findPackage('@tensorflow/tfjs'), oneThread: 'none in Node' },
  {
    name: 'tfjs-cpu',
    title: 'tfjs cpu',
    find: () => findPackage('@tensorflow/tfjs-backend-cpu'),
    oneThread: 'plain JavaScript',
  },
  { name: 'jax-js', title: 'jax-js wasm', find: () => findPackage('@jax-js/jax'), oneThread: 'none in Node' },
  { name: 'convnetjs', title: 'convnetjs', find: () => findPackage('convnetjs'), oneThread: 'plain JavaScript' },
];

async function findTorch() {
  const { PYTHON } = process.env;
  if (!PYTHON) throw new Error('PYTHON names no interpreter that has bench/requirements.txt');
  const { output } = await launch(PYTHON, ['-c', 'import numpy, torch; print(torch.__version__)']);
  return output.trim();
}

async function findDecograd() {
  if (!existsSync(here('../../dist/index.mjs'))) throw new Error('dist/ is not built: npm run build');
  return json('../../package.json').version;
}

async function whyOneThread() {
  const { setThreads } = await import('../../dist/index.mjs').catch(() => ({}));
  return setThreads ? undefined : 'it exports no setThreads';
}

const { dependencies } = json('package.json');
const installed = (name) => {
  const path = `node_modules/${name}/package.json`;
  return existsSync(here(path)) && json(path).version === dependencies[name];
};

let installation;

/** Installs all packages once, where one of them is not there in the version wanted. */
async function findPackage(name) {
  if (!Object.keys(dependencies).every(installed)) {
    installation ??= install();
    await installation;
  }
  if (!installed(name)) throw new Error(`${name} ${dependencies[name]} is not in bench/peers/node_modules`);
  return dependencies[name];
}

function install() {
  console.log('installing the peers: npm ci in bench/peers');
  return launch('npm', ['ci'], { cwd: here('.') });
}
