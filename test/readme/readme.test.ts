import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { linkPackage } from '../dialects/linked-package';

interface Block {
  /** Where it opens in README.md. */
  readonly line: number;
  readonly text: string;
}

const readme = readFileSync('README.md', 'utf8');
const fences = [...readme.matchAll(/^```(\S*)\n([\s\S]*?)^```$/gm)];
const blocks: readonly Block[] = fences
  .filter(([, language]) => language === 'ts')
  .map(({ index, 2: text }) => ({ line: readme.slice(0, index).split('\n').length, text: text! }));

let project: string;
const fileOf = ({ line }: Block): string => join(project, `line-${line}.ts`);

beforeAll(() => {
  project = linkPackage('readme');
  for (const block of blocks) writeFileSync(fileOf(block), block.text);
});

it('README.md has TypeScript blocks, and no code in a language that nobody runs', () => {
  expect(blocks.length).toBeGreaterThan(0);
  expect([...new Set(fences.map(([, language]) => language))].filter((language) => !['ts', 'sh'].includes(language!))).toEqual([]); // prettier-ignore
  expect(readme.match(/^ *(```|~~~)/gm)).toHaveLength(2 * fences.length); // none that the pattern misses
});

it('every block compiles', () => {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, process.cwd());
  const program = ts.createProgram(blocks.map(fileOf), { ...options, module: ts.ModuleKind.ESNext, paths: { decograd: [resolve('src/index.ts')] } }); // prettier-ignore
  const errors = blocks.flatMap((block) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(fileOf(block))).map((diagnostic) => {
      const { line } = diagnostic.file!.getLineAndCharacterOfPosition(diagnostic.start!);
      return `README.md:${block.line + line + 1}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')}`;
    }),
  );
  expect(errors).toEqual([]);
});

/** By what was run: a block without decorators is the same program in both dialects. */
const ran = new Map<string, { status: number | null; stderr: string }>();
function run(file: string, program: string) {
  writeFileSync(file, program);
  if (!ran.has(program)) ran.set(program, spawnSync('node', [file], { encoding: 'utf8' }));
  return ran.get(program)!;
}

describe.each([true, false])('every block runs (experimentalDecorators: %s)', (experimentalDecorators) => {
  it.each(blocks)('the one at line $line', (block) => {
    const { outputText } = ts.transpileModule(block.text, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, experimentalDecorators },
    });
    const { status, stderr } = run(`${fileOf(block)}.${experimentalDecorators}.mjs`, outputText);
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});
