import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const compilers = { '5.9': 'typescript-5.9', '6': 'typescript', '7': 'typescript-7' };
type Version = keyof typeof compilers;
const versions = Object.keys(compilers) as Version[];
const options = ['--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler', '--customConditions', 'decograd-source', '--types', 'node', '--pretty', 'false']; // prettier-ignore
const dialects = { legacy: ['--experimentalDecorators'], standard: [] };

const files = {
  legacy: ['good.ts', 'good-layers.ts', 'bad.ts', 'bad-layers.ts', 'bad-schedules.ts', 'bad-fields.ts'],
  standard: ['good-layers.ts', 'bad-fields.ts'],
};
const found = new Map<string, Promise<string[]>>();

/** What a compiler reports in files of `cases`: file, line and text, which may go on in further lines. Compiled once. */
async function errorsIn(version: Version, dialect: keyof typeof dialects, isOf: (file: string) => boolean) {
  const key = `${version} ${dialect}`;
  if (!found.has(key)) found.set(key, compiled(version, dialect));
  return (await found.get(key)!).filter((error) => isOf(error.split(' ')[0]!));
}

async function compiled(version: Version, dialect: keyof typeof dialects): Promise<string[]> {
  const bin = `node_modules/${compilers[version]}/bin/tsc`;
  const flags = [...options.slice(version === '5.9' ? 1 : 0), ...dialects[dialect]];
  const output = await new Promise<string>((resolve) => {
    execFile(
      process.execPath,
      [bin, ...flags, ...files[dialect].map((file) => `test/types/cases/${file}`)],
      (_, stdout) => resolve(stdout),
    );
  });
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
