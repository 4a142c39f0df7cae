import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as esbuild from 'esbuild';
import { messageOf, UsageError } from '../usage';

export type Esbuild = typeof esbuild;

/** What a file may know of itself, in an ES module and in CommonJS, and the names that stand for it in a bundle. */
const own = {
  'import.meta.url': '__decogradUrl',
  'import.meta.filename': '__decogradFile',
  'import.meta.dirname': '__decogradFolder',
  __filename: '__decogradFile',
  __dirname: '__decogradFolder',
};

/**
 * Bundles a file with the files it imports by path, as an ES module; packages stay imports. The bundle stands beside the
 * file while it is imported, so that it finds the same packages.
 */
export async function loadWithEsbuild({ build }: Esbuild, file: string): Promise<Record<string, unknown>> {
  const bundle = join(dirname(file), `.decograd-${process.pid}.mjs`);
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'silent',
    define: own,
    banner: { js: `import { createRequire as __decogradRequire } from 'node:module'; const require = __decogradRequire(import.meta.url);` }, // prettier-ignore
    plugins: [tellPlaces],
  }).catch((error: unknown) => {
    throw new UsageError(`${file} cannot be compiled: ${messageOf(error)}`);
  });
  process.setSourceMapsEnabled(true);
  try {
    writeFileSync(bundle, outputFiles[0].contents);
    return (await import(pathToFileURL(bundle).href)) as Record<string, unknown>;
  } finally {
    rmSync(bundle, { force: true });
  }
}

const asksForPlace = /\bimport\s*\.\s*meta\b|\b__(?:file|dir)name\b/;

/** Gives each file of a bundle its own place: a bundle would give all of them its own. */
const tellPlaces: esbuild.Plugin = {
  name: 'places',
  setup({ onLoad }) {
    onLoad({ filter: /\.[cm]?[jt]sx?$/ }, ({ path }) => {
      const [url, name, folder] = [pathToFileURL(path).href, path, dirname(path)].map((text) => JSON.stringify(text));
      const places = `const __decogradUrl = ${url}, __decogradFile = ${name}, __decogradFolder = ${folder};`;
      const loader = extname(path).replace(/^\.[cm]?/, '') as esbuild.Loader;
      const source = readFileSync(path, 'utf8');
      // What asks for no place is left as it is, so that errors in its first line are told where they are.
      return { loader, contents: asksForPlace.test(source) ? `${places}${source}` : source };
    });
  },
};
