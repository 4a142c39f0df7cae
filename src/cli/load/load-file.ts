import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from '../usage';
import { loadWithEsbuild, type Esbuild } from './with-esbuild';
import { loadWithTypeScript, type TypeScript } from './with-typescript';

export type Exports = Record<string, unknown>;

const compiled = ['.ts', '.mts', '.cts', '.tsx'];
const plain = ['.js', '.mjs', '.cjs'];

/** The exports of a JavaScript or TypeScript file; those of a CommonJS file, too, by their names. */
export async function loadFile(file: string): Promise<Exports> {
  if (!existsSync(file) || !statSync(file).isFile()) throw new UsageError(`there is no file ${file}`);
  const ending = extname(file);
  if (plain.includes(ending)) return flatten((await import(pathToFileURL(file).href)) as Exports);
  if (!compiled.includes(ending))
    throw new UsageError(
      `${file} is neither TypeScript nor JavaScript; known are ${[...compiled, ...plain].join(' ')}`,
    );
  return flatten(await loadTypeScript(file));
}

async function loadTypeScript(file: string): Promise<Exports> {
  const esbuild = installed<Esbuild>(file, 'esbuild') ?? installed<Esbuild>(file, 'tsx', 'esbuild');
  if (esbuild !== undefined) return loadWithEsbuild(esbuild, file);
  const typescript = installed<Partial<TypeScript>>(file, 'typescript');
  if (typescript?.transpileModule) return loadWithTypeScript(typescript as TypeScript, file);
  const why = typescript ? `typescript ${typescript.version} offers programs no compiler` : 'a TypeScript file needs a compiler'; // prettier-ignore
  throw new UsageError(`${why}; run npm install --save-dev esbuild beside ${file}`);
}

/** A package that the file's project has, or that one of its packages brings. */
function installed<T>(file: string, ...route: string[]): T | undefined {
  let from = createRequire(file);
  try {
    for (const name of route.slice(0, -1)) from = createRequire(from.resolve(name));
    return from(route.at(-1)!) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** CommonJS arrives as the default export of a namespace, unless Node could read the names of its exports. */
function flatten(exports: Exports): Exports {
  const inner = exports['default'];
  const isBag = typeof inner === 'object' && inner !== null && Object.getPrototypeOf(inner) === Object.prototype;
  const { 'module.exports': _, ...named } = { ...(isBag ? (inner as Exports) : {}), ...exports };
  if (isBag) delete named['default'];
  return named;
}
