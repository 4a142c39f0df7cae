import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type ts from 'typescript';
import { UsageError } from '../usage';

export type TypeScript = typeof ts;

/** The parts of Node's CommonJS loader that ts-node and its like hook into. */
interface Loader {
  _extensions: Record<
    string,
    (module: { _compile(code: string, file: string, format: string): void }, file: string) => void
  >;
  _resolveFilename(request: string, parent: { filename?: string | null } | undefined, ...rest: unknown[]): string;
}
const loader = Module as unknown as Loader;
const endings = ['.ts', '.mts', '.cts', '.tsx'];

/** Loads a file, and the TypeScript it imports, as CommonJS. */
export function loadWithTypeScript(typescript: TypeScript, file: string): Record<string, unknown> {
  const options = compilerOptions(typescript, file);
  compileOnLoad(typescript, options);
  resolveAsTypeScript(typescript, options);
  process.setSourceMapsEnabled(true);
  try {
    return createRequire(file)(file) as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const why = 'typescript alone can load files as CommonJS only; as ES modules, run npm install --save-dev esbuild';
    throw new UsageError(`${file} cannot be loaded (${error.message}); ${why}`);
  }
}

/** The options of the nearest tsconfig.json, read as TypeScript reads them. */
function compilerOptions(typescript: TypeScript, file: string): ts.CompilerOptions {
  const { findConfigFile, parseJsonConfigFileContent, readConfigFile, sys } = typescript;
  const path = findConfigFile(dirname(file), sys.fileExists);
  if (path === undefined) return {};
  const { config, error } = readConfigFile(path, sys.readFile) as { config: unknown; error?: ts.Diagnostic };
  if (error) throw new UsageError(`${path}: ${typescript.flattenDiagnosticMessageText(error.messageText, '\n')}`);
  const host = { ...sys, readDirectory: () => [] }; // which files it covers does not matter
  return parseJsonConfigFileContent(config, host, dirname(path)).options;
}

function compileOnLoad(typescript: TypeScript, options: ts.CompilerOptions): void {
  const compilerOptions: ts.CompilerOptions = {
    ...options,
    module: typescript.ModuleKind.CommonJS,
    target: options.target ?? typescript.ScriptTarget.ES2022,
    esModuleInterop: true,
    verbatimModuleSyntax: false,
    inlineSourceMap: true,
    sourceMap: false,
  };
  for (const ending of endings)
    loader._extensions[ending] = (module, file) => {
      const fileName = file.replace(/\.[cm]ts$/, '.ts'); // as .mts it would stay an ES module
      const { outputText } = typescript.transpileModule(readFileSync(file, 'utf8'), { fileName, compilerOptions });
      module._compile(outputText, file, 'commonjs');
    };
}

/** Lets TypeScript find what a TypeScript file imports: without an ending, as .js, or through `paths`. */
function resolveAsTypeScript(typescript: TypeScript, options: ts.CompilerOptions): void {
  const resolve = loader._resolveFilename.bind(loader);
  loader._resolveFilename = (request, parent, ...rest) => {
    const from = parent?.filename;
    if (from && endings.some((ending) => from.endsWith(ending))) {
      const found = typescript.resolveModuleName(request, from, options, typescript.sys).resolvedModule;
      if (found && !found.isExternalLibraryImport && endings.includes(found.extension)) return found.resolvedFileName;
    }
    return resolve(request, parent, ...rest);
  };
}
