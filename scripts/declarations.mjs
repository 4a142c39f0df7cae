// The declarations of dist/types: what src/index.ts reaches, once for ES modules and once for CommonJS.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

/** Texts of all declarations, by the path of their source without its ending. */
function compile(entry) {
  const settings = { noEmit: false, declaration: true, emitDeclarationOnly: true, removeComments: false };
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail };
  const { options } = ts.getParsedCommandLineOfConfigFile('tsconfig.json', settings, host);
  const texts = new Map();
  const keep = (_path, text, _mark, _onError, [source]) =>
    texts.set(relative('.', source.fileName).replace(/\.ts$/, ''), text);
  const { diagnostics } = ts.createProgram([entry], options).emit(undefined, keep);
  diagnostics.forEach(fail);
  return texts;
}

function fail(diagnostic) {
  throw new Error(ts.formatDiagnostic(diagnostic, ts.createCompilerHost({})));
}

/** Specifiers in a declaration and where their quotes open, last first, so that replacing one does not move the next. */
const specifiers = (text) => ts.preProcessFile(text).importedFiles.sort((a, b) => b.pos - a.pos);

/** What a relative specifier names, or undefined where it names an allowed package. */
function target(texts, from, specifier, packages) {
  if (!specifier.startsWith('.')) {
    if (packages.includes(specifier)) return undefined;
    throw new Error(`${from}: the public types would need '${specifier}', which users do not have`);
  }
  const path = join(dirname(from), specifier).replaceAll('\\', '/');
  const found = [path, `${path}/index`].find((candidate) => texts.has(candidate));
  if (found === undefined) throw new Error(`${from}: no declaration of '${specifier}'`);
  return found;
}

/** The declarations that `entry` reaches, each with its relative specifiers: where they open and what they name. */
function reach(texts, entry, packages) {
  const reached = new Map();
  const open = [entry];
  for (const from of open) {
    if (reached.has(from)) continue;
    const links = specifiers(texts.get(from))
      .map(({ pos, fileName }) => ({ pos, written: fileName, to: target(texts, from, fileName, packages) }))
      .filter((link) => link.to !== undefined);
    reached.set(from, links);
    open.push(...links.map((link) => link.to));
  }
  return reached;
}

/** Relative specifiers need endings in ES modules; a file's own ending tells its format. */
function withEndings(text, from, links, ending) {
  for (const { pos, written, to } of links) {
    const path = relative(dirname(from), to).replaceAll('\\', '/');
    const specifier = `${path.startsWith('.') ? '' : './'}${path}.${ending}`;
    text = text.slice(0, pos + 1) + specifier + text.slice(pos + 1 + written.length);
  }
  return text;
}

/**
 * Writes the declarations that `root`/index.ts reaches to `folder`, as .d.mts and .d.cts.
 * @param packages the packages that public types may name
 * @returns how many files each format has, and their bytes
 */
export function writeDeclarations(root, folder, packages) {
  const texts = compile(`${root}/index.ts`);
  const reached = reach(texts, `${root}/index`, packages);
  let bytes = 0;
  for (const ending of ['mjs', 'cjs'])
    for (const [from, links] of reached) {
      const path = join(folder, `${relative(root, from)}.d.${ending.replace('js', 'ts')}`);
      const text = withEndings(texts.get(from), from, links, ending);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      bytes += text.length;
    }
  return { files: reached.size, bytes };
}
