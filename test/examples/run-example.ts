import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } };

const compiled = mkdtempSync(join(tmpdir(), 'decograd-compiled-'));
afterAll(() => rmSync(compiled, { recursive: true, force: true }));
const preload = `--require "${resolve('test/examples/compiled-once.cjs')}"`;

/** Runs an example with the command of `npm start`, and returns the lines that it prints. */
export function runExample(name: string, ...args: string[]): Promise<string[]> {
  const [node, ...words] = scripts.start.split(' ');
  const command = words.map((word) => word.replace('examples/digits.ts', `examples/${name}`));
  const env = { ...process.env, NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} ${preload}`, COMPILED_ONCE: compiled };
  const child = spawn(node!, [...command, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (errors += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0 && errors === '') resolve(output.trimEnd().split('\n'));
      else reject(new Error(`${name} ended with ${code}:\n${output}${errors}`));
    });
  });
}

/** The numbers that follow a word, in order of the lines that hold it. */
export function numbersAfter(lines: readonly string[], word: string): number[] {
  return lines.flatMap((line) => {
    const found = new RegExp(`${word}:? (-?[\\d.]+(?:e-?\\d+)?)`).exec(line);
    return found ? [Number(found[1])] : [];
  });
}
