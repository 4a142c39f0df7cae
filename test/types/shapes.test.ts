import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const compilers = { '5.9': 'typescript-5.9', '6': 'typescript', '7': 'typescript-7' };
const files = ['good.ts', 'bad.ts'];
const options = ['--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', '--experimentalDecorators', '--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler', '--customConditions', 'decograd-source', '--types', 'node', '--pretty', 'false']; // prettier-ignore

/** The first lines of the errors that a compiler reports in the files of `cases`: file, line and text. */
async function errorsIn(version: keyof typeof compilers): Promise<string[]> {
  const bin = `node_modules/${compilers[version]}/bin/tsc`;
  const flags = version === '5.9' ? options.slice(1) : options;
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, [bin, ...flags, ...files.map((file) => `test/types/cases/${file}`)], (_, stdout) =>
      resolve(stdout),
    );
  });
  const lines = output.split('\n').filter((line) => /error TS\d+/.test(line));
  return lines.map((line) => line.replace(/^.*?([\w-]+\.ts)\((\d+),\d+\): error TS\d+: /, '$1 $2 '));
}

/** What the comments announce: the line after each, and the text. */
function announced(file: string): string[] {
  return readFileSync(`test/types/cases/${file}`, 'utf8')
    .split('\n')
    .flatMap((line, i) => (/^\/\/ (Argument of type|Type) '/.test(line) ? [`${i + 2} ${line.slice(3)}`] : []));
}

describe.each(Object.keys(compilers) as (keyof typeof compilers)[])('TypeScript %s', (version) => {
  it(
    'compiles what is right, and reports each mistake once, in words that name both shapes',
    { timeout: 240_000 },
    async () => {
      expect(announced('bad.ts').length).toBeGreaterThan(8);
      expect(await errorsIn(version)).toEqual(announced('bad.ts').map((text) => `bad.ts ${text}`));
    },
  );
});
