import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const compilers = { '5.9': 'typescript-5.9', '6': 'typescript', '7': 'typescript-7' };
type Version = keyof typeof compilers;
const versions = Object.keys(compilers) as Version[];
const options = { strict: true, skipLibCheck: true, target: 'es2022', module: 'esnext', moduleResolution: 'bundler', types: ['node'], typeRoots: [resolve('node_modules/@types')] }; // prettier-ignore
const folder = mkdtempSync(join(tmpdir(), 'decograd-types-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The library's types are declared once, by the fastest compiler: the others need not read all of its code for each case. */
beforeAll(async () => {
  const declared = { declaration: true, emitDeclarationOnly: true, experimentalDecorators: true, rootDir: resolve('src'), outDir: join(folder, 'src') }; // prettier-ignore
  expect(await run('7', project('library', declared, [resolve('src/index.ts')]))).toBe('');
  cpSync('test/types/cases', join(folder, 'test/types/cases'), { recursive: true });
});

/** Writes a project of these files, and gives its path. */
function project(name: string, own: object, files: readonly string[]): string {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify({ compilerOptions: { ...options, ...own }, files }));
  return path;
}

function run(version: Version, path: string): Promise<string> {
  const args = [`node_modules/${compilers[version]}/bin/tsc`, '-p', path, '--pretty', 'false'];
  return new Promise((resolve) => execFile(process.execPath, args, (_, stdout) => resolve(stdout)));
}

const files = {
  legacy: ['good.ts', 'good-layers.ts', 'bad.ts', 'bad-layers.ts', 'bad-schedules.ts', 'bad-fields.ts'],
  standard: ['good-layers.ts', 'bad-fields.ts'],
};
type Dialect = keyof typeof files;
const found = new Map<string, Promise<string[]>>();

/** What a compiler reports in files of `cases`: file, line and text, which may go on in further lines. Compiled once. */
async function errorsIn(version: Version, dialect: Dialect, isOf: (file: string) => boolean) {
  const key = `${version} ${dialect}`;
  if (!found.has(key)) found.set(key, compiled(version, dialect));
  return (await found.get(key)!).filter((error) => isOf(error.split(' ')[0]!));
}

async function compiled(version: Version, dialect: Dialect): Promise<string[]> {
  const own = { noEmit: true, experimentalDecorators: dialect === 'legacy', paths: { decograd: [join(folder, 'src/index.d.ts')] } }; // prettier-ignore
  const cases = files[dialect].map((file) => `test/types/cases/${file}`);
  const output = await run(version, project(`${version}-${dialect}`, own, cases));
  const errors = output.split(/\n(?! )/).filter((line) => /error TS\d+/.test(line));
  return errors.map((error) => error.replace(/^.*?([\w-]+\.ts)\((\d+),\d+\): error TS\d+: /, '$1 $2 '));
}

/** What comments announce of the line after each: the text, and where it must stand. */
function announced(file: string, comment: RegExp): [place: string, text: string][] {
  const lines = readFileSync(`test/types/cases/${file}`, 'utf8').split('\n');
  return lines.flatMap((line, i) => {
    const text = comment.exec(line)?.[1];
    return text === undefined ? [] : [[`${file} ${i + 2} `, text]];
  });
}

describe.each(versions)('TypeScript %s', { timeout: 240_000 }, (version) => {
  it('compiles what is right, and reports each mistake once, in words that name both shapes', async () => {
    const message = /^\/\/ ((?:(?:Argument of type|Type) '|Expected \d|Object literal may).*)/;
    const bad = ['bad-layers.ts', 'bad-schedules.ts', 'bad.ts'].flatMap((file) => announced(file, message));
    expect(bad.length).toBeGreaterThan(16);
    const errors = await errorsIn(version, 'legacy', (file) => file !== 'bad-fields.ts');
    expect(errors.map((error) => error.split('\n')[0])).toEqual(bad.map(([place, text]) => place + text));
  });

  it.each(['legacy', 'standard'] as const)('says of a field what does not suit its %s decorator', async (dialect) => {
    const bad = announced('bad-fields.ts', /^ +\/\/ (".*)/);
    expect(bad.length).toBe(9);
    const errors = await errorsIn(version, dialect, (file) => file === 'bad-fields.ts' || file === 'good-layers.ts');
    expect(errors.length).toBe(bad.length);
    bad.forEach(([place, text], i) => {
      expect(errors[i].startsWith(place)).toBe(true);
      expect(errors[i]).toContain(`is not assignable to parameter of type '${text}`);
    });
  });
});
