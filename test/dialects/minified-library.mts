import { build } from 'esbuild';
import { resolve } from 'node:path';

export const minifiedLibrary = resolve('.cache/minified/index.mjs');

/** Bundles the library into one file whose identifiers, class names included, are minified. */
export async function setup(): Promise<void> {
  await build({
    entryPoints: ['src/index.ts'],
    outfile: minifiedLibrary,
    bundle: true,
    minify: true,
    keepNames: false,
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    packages: 'external',
    logLevel: 'error',
  });
}
