import { buildSync } from 'esbuild';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * An empty project of this name, outside version control, in which programs find this library as the package `decograd`:
 * its sources, bundled. (The package that users install is built by `npm run build` and tested in test/package.)
 */
export function linkPackage(name: string): string {
  const project = resolve('.cache/linked', name);
  const folder = `${project}/node_modules/decograd`;
  rmSync(project, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Without a package.json of its own the project would be a part of this repository, where `decograd` names dist/.
  writeFileSync(`${project}/package.json`, JSON.stringify({ private: true }));
  writeFileSync(`${folder}/package.json`, JSON.stringify({ name: 'decograd', exports: './dist/index.mjs' }));
  buildSync({
    entryPoints: { index: 'src/index.ts', cli: 'src/cli/main.ts' },
    outdir: `${folder}/dist`,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    packages: 'external',
    logLevel: 'error',
  });
  return project;
}
