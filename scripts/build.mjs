// Builds dist/: ESM, CommonJS and types of the library, ESM for browsers, and the command `decograd`.
// gpu.js is bundled, with its licence, into a chunk that loads when a GPU is asked for.
import { readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { writeDeclarations } from './declarations.mjs';

/** What loads when it is first needed has a chunk of its own: its name, and the packages that it holds. */
const lazy = {
  'gpu.js': ['gpu.js', 'gpu-mock.js'],
  fflate: ['fflate'],
  'csv-parse': ['csv-parse'],
  images: ['fast-png', 'iobuffer', 'jpeg-js'],
};
const bundled = [...Object.values(lazy).flat(), 'acorn', 'reflect-metadata'];
const dependencies = Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).dependencies);

const packageName = (id) => id.split('/', id.startsWith('@') ? 2 : 1).join('/');
const external = (id) =>
  id.startsWith('node:') || builtinModules.includes(id) || dependencies.includes(packageName(id));
/** Node takes 15 ms to load a CommonJS package from an ES module, so the one that always loads is bundled there. */
const externalToModules = (id) => id !== 'reflect-metadata' && external(id);

/** gpu.js asks for these with `require`, which an ES module lacks and which bundlers for browsers cannot resolve. */
const hostModules = (replacement) => ({
  name: 'host-modules',
  transform: {
    filter: { id: /node_modules\/gpu\.js\/src\// },
    handler: (code) => code.replace(/\brequire\('(gl|os|worker_threads)'\)/g, replacement),
  },
});

const node = {
  platform: 'node',
  external,
  plugins: [hostModules(`process.getBuiltinModule('module').createRequire(process.cwd() + '/index.js')('$1')`)],
};

/** Dependencies are bundled too, so that a page can load the files as they are. */
const browsers = {
  platform: 'browser',
  resolve: { mainFields: ['module', 'main'], alias: { 'cli-progress': resolve('scripts/no-terminal.mjs'), '@bufbuild/protobuf/wire': resolve('scripts/no-event-files.mjs') } }, // prettier-ignore
  plugins: [hostModules(`(() => { throw new Error("there is no '$1' in a browser"); })()`)],
};

const groups = [
  ...Object.entries(lazy).map(([name, packages]) => ({
    name,
    test: (id) => packages.some((folder) => id.includes(`/node_modules/${folder}/`)),
    priority: 1,
  })),
  { name: 'decograd', test: (id) => !id.includes('/src/cli/') && !id.includes('/src/backend/gpu/') },
];

/** Folders of the packages whose code is in a chunk; a package nobody decided to bundle stops the build. */
function packagesIn(chunk) {
  const folder = (id) => /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1];
  const folders = [...new Set(chunk.moduleIds.map(folder).filter(Boolean))];
  const stray = folders.filter((path) => !bundled.includes(path.split('/node_modules/').at(-1)));
  if (stray.length > 0) throw new Error(`${stray.join(', ')} would be bundled: make it a dependency, or list it here`);
  return folders;
}

function licence(folder) {
  const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  return `${name} ${version}\n\n${readFileSync(`${folder}/LICENSE`, 'utf8').trim()}`;
}

function banner(chunk) {
  const texts = packagesIn(chunk).map(licence);
  return texts.length > 0 ? `/*!\n${texts.join('\n\n')}\n*/` : chunk.name === 'cli' ? '#!/usr/bin/env node' : '';
}

async function write(input, target, { format, ending }) {
  const bundle = await rolldown({ input, ...target });
  const { output } = await bundle.write({
    dir: 'dist',
    format,
    entryFileNames: `[name].${ending.split('.').at(-1)}`,
    chunkFileNames: `chunks/[name].${ending}`,
    codeSplitting: { groups },
    banner,
  });
  await bundle.close();
  for (const { fileName, code } of output) console.log(`dist/${fileName}  ${Math.ceil(code.length / 1024)} kB`);
}

rmSync('dist', { recursive: true, force: true });
await write(
  { index: 'src/index.ts', cli: 'src/cli/main.ts' },
  { ...node, external: externalToModules },
  { format: 'esm', ending: 'mjs' },
);
await write({ index: 'src/index.ts' }, node, { format: 'cjs', ending: 'cjs' });
await write({ browser: 'src/index.ts' }, browsers, { format: 'esm', ending: 'browser.mjs' });
const { files, bytes } = writeDeclarations('src', 'dist/types', dependencies);
console.log(`dist/types  ${Math.ceil(bytes / 1024)} kB in ${files} files for each format`);
