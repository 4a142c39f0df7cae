import { buildSync, type OutputFile } from 'esbuild';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';

let bundle: readonly OutputFile[] | undefined;
/** The library's sources, bundled once for all files of tests in a process. */
function bundled(): readonly OutputFile[] {
  bundle ??= buildSync({
    entryPoints: { index: 'src/index.ts', cli: 'src/cli/main.ts' },
    outdir: 'dist',
    write: false,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    packages: 'external',
    logLevel: 'error',
  }).outputFiles;
  return bundle;
}

/**
 * An empty project of this name, outside version control, in which programs find this library as the package `decograd`:
 * its sources, bundled. (The package that users install is built by `npm run build` and tested in test/package.)
 */
export function linkPackage(name: string): string {
  const project = resolve('.cache/linked', name);
  const folder = `${project}/node_modules/decograd`;
  rmSync(project, { recursive: true, force: true });
  mkdirSync(`${folder}/dist`, { recursive: true });
  // Without a package.json of its own the project would be a part of this repository, where `decograd` names dist/.
  writeFileSync(`${project}/package.json`, JSON.stringify({ private: true }));
  writeFileSync(`${folder}/package.json`, JSON.stringify({ name: 'decograd', exports: './dist/index.mjs' }));
  for (const { path, contents } of bundled()) writeFileSync(`${folder}/dist/${basename(path)}`, contents);
  return project;
}
