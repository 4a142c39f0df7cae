import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';

const { files, folder, output } = inject('installed');

it('the tarball holds dist, the README and the licence, and nothing else', () => {
  const outside = files.filter((file) => !file.startsWith('dist/'));
  expect(outside.sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
  const kinds = new Set(
    files.filter((file) => file.startsWith('dist/')).map((file) => /\.(d\.)?[cm][jt]s$/.test(file)),
  );
  expect([...kinds]).toEqual([true]);
  for (const file of [
    'dist/index.mjs',
    'dist/index.cjs',
    'dist/browser.mjs',
    'dist/cli.mjs',
    'dist/types/index.d.mts',
    'dist/types/index.d.cts',
  ])
    expect(files).toContain(file);
});

it('every file that package.json names is there', () => {
  const { exports, bin, main, module, types } = manifest(join(folder, 'node_modules/decograd'));
  const named = JSON.stringify([exports, bin, main, module, types]).match(/dist\/[\w./]+/g)!;
  expect(named.length).toBeGreaterThan(8);
  for (const file of named) expect(files).toContain(file);
});

it('seven dependencies come along, with what they need; no gpu.js, gl or webgpu', () => {
  expect(Object.keys(manifest(join(folder, 'node_modules/decograd')).dependencies)).toEqual(['@bufbuild/protobuf', 'cli-progress', 'csv-parse', 'fast-png', 'fflate', 'jpeg-js', 'reflect-metadata']); // prettier-ignore
  const installed = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'));
  expect(installed).toEqual(['@bufbuild', 'ansi-regex', 'cli-progress', 'csv-parse', 'decograd', 'emoji-regex', 'fast-png', 'fflate', 'iobuffer', 'is-fullwidth-code-point', 'jpeg-js', 'reflect-metadata', 'string-width', 'strip-ansi']); // prettier-ignore
});

it('the package webgpu is for whoever wants it: named with its versions, and not installed', () => {
  const { peerDependencies, peerDependenciesMeta } = manifest(join(folder, 'node_modules/decograd'));
  expect(Object.keys(peerDependencies)).toEqual(['webgpu']);
  expect(peerDependenciesMeta).toEqual({ webgpu: { optional: true } });
  expect(existsSync(join(folder, 'node_modules/webgpu'))).toBe(false);
});

it('nothing is compiled or downloaded at installation', () => {
  expect(output).not.toMatch(/gyp|prebuild|postinstall|npm warn/i);
  const paths = readdirSync(join(folder, 'node_modules'), { recursive: true, encoding: 'utf8' });
  expect(paths.filter((path) => /\.node$|binding\.gyp$/.test(path))).toEqual([]);
  const scripts = paths.filter((path) => /(^|[/\\])package\.json$/.test(path)).map((path) => manifest(join(folder, 'node_modules', path, '..')).scripts ?? {}); // prettier-ignore
  expect(scripts.flatMap(Object.keys).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
});

it('the code of gpu.js stands in a chunk of its own, under its licence', () => {
  const chunks = files.filter((file) => /^dist\/.*(?<!\.d)\.[cm]js$/.test(file));
  const holders = chunks.filter((file) => /HeadlessGLKernel = class/.test(text(file)));
  expect(holders).toEqual(['dist/chunks/gpu.js.browser.mjs', 'dist/chunks/gpu.js.cjs', 'dist/chunks/gpu.js.mjs']);
  for (const file of holders) {
    const [head] = text(file).split('*/');
    for (const path of ['gpu.js', 'gpu-mock.js', 'gpu.js/node_modules/acorn']) {
      const { name, version } = manifest(join('node_modules', path));
      const licence = readFileSync(`node_modules/${path}/LICENSE`, 'utf8').trim();
      expect(head).toContain(`${name} ${version}\n\n${licence}`);
    }
  }
});

it('dependencies that a file holds stand there under their licences', () => {
  const holders = {
    'decograd.mjs': ['reflect-metadata'],
    'decograd.browser.mjs': ['reflect-metadata'],
    'fflate.browser.mjs': ['fflate'],
    'csv-parse.browser.mjs': ['csv-parse'],
    'images.browser.mjs': ['fast-png', 'iobuffer', 'jpeg-js'],
  };
  const words = (prose: string): string => prose.replace(/\s+/g, ' ').trim();
  for (const [chunk, names] of Object.entries(holders)) {
    const [head] = text(`dist/chunks/${chunk}`).split('*/');
    for (const name of names) {
      const licence = readFileSync(`node_modules/${name}/LICENSE`, 'utf8');
      expect(words(head!)).toContain(words(`${name} ${manifest(join('node_modules', name)).version} ${licence}`));
    }
  }
});

it('the command starts with a line that runs it in Node, and can be executed', () => {
  expect(text('dist/cli.mjs')).toMatch(/^#!\/usr\/bin\/env node\n/);
  expect(statSync(join(folder, 'node_modules/.bin/decograd')).mode & 0o111).not.toBe(0);
});

it('the types name no package that users lack', () => {
  const declarations = files.filter((file) => /\.d\.[cm]ts$/.test(file));
  const named = declarations.flatMap((file) => [
    ...text(file).matchAll(/(?:from|import)\s*\(?\s*['"]([^'".][^'"]*)['"]/g),
  ]);
  expect(declarations.length).toBeGreaterThan(100);
  expect(new Set(named.map((match) => match[1]))).toEqual(new Set(['reflect-metadata']));
});

function text(file: string): string {
  return readFileSync(join(folder, 'node_modules/decograd', file), 'utf8');
}

function manifest(path: string) {
  return JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
}
