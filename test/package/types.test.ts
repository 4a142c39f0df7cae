import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { run, runNode } from './run';

const { folder } = inject('installed');
const compilers = ['typescript', 'typescript-5.9', 'typescript-7'];

/** How a project resolves packages, and what the files of it are compiled to. */
const ways = [
  { module: 'node16', files: { 'model.mts': 'model.mjs', 'model.cts': 'model.cjs' } },
  { module: 'nodenext', files: { 'model.mts': 'model.mjs', 'model.cts': 'model.cjs' } },
  { module: 'esnext', moduleResolution: 'bundler', files: { 'model.mts': 'model.mjs' } },
] as const;

const cases = compilers.flatMap(
  (compiler) =>
  ways.flatMap((way) => [true, false].map((legacy) => ({ ...way, compiler, legacy, dialect: legacy ? 'legacy' : 'standard' }))), // prettier-ignore
);

const expected: { losses: number[]; paths: string[] } = { losses: [], paths: [] };

beforeAll(() => {
  for (const file of ['model.mts', 'model.cts']) copyFileSync(join(folder, 'model.ts'), join(folder, file));
  Object.assign(expected, compileAndRun(cases[0]!)[0]);
});

it('the program trains', () => {
  expect(expected.paths).toEqual(['weight', 'bias', 'scale.factor', 'scale.calls']);
  expect(expected.losses).toHaveLength(5);
  for (let i = 1; i < 5; i++) expect(expected.losses[i]).toBeLessThan(expected.losses[i - 1]!);
});

describe('type-checks as strictly as can be, declarations included, and gives the same numbers', () => {
  it.each(cases)('$compiler, $module, $dialect', (way) => {
    for (const result of compileAndRun(way)) expect(result).toEqual(expected);
  });
});

function compileAndRun({ compiler, module, files, legacy, ...way }: (typeof cases)[number]) {
  const outDir = [compiler, module, legacy ? 'legacy' : 'standard'].join('-');
  const compilerOptions = {
    ...{ module, ...('moduleResolution' in way ? { moduleResolution: way.moduleResolution } : {}) },
    ...{ target: 'es2022', lib: ['es2022'], types: [], experimentalDecorators: legacy, rootDir: '..', outDir: '.' },
    ...{ strict: true, skipLibCheck: false, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
  };
  mkdirSync(join(folder, outDir), { recursive: true });
  const config = { compilerOptions, files: Object.keys(files).map((file) => `../${file}`) };
  writeFileSync(join(folder, outDir, 'tsconfig.json'), JSON.stringify(config));
  const { status, stdout } = run('node', [binary(compiler), '-p', outDir]);
  if (status !== 0) throw new Error(`${outDir}:\n${stdout}`);
  return Object.values(files).map((file) => runNode(join(outDir, file)));
}

function binary(compiler: string): string {
  const { bin } = JSON.parse(readFileSync(`node_modules/${compiler}/package.json`, 'utf8')) as { bin: { tsc: string } };
  return resolve('node_modules', compiler, bin.tsc);
}
