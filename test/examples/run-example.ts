import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } };

/** Runs an example with the command of `npm start`, and returns the lines that it prints. */
export function runExample(name: string, ...args: string[]): Promise<string[]> {
  const [node, ...words] = scripts.start.split(' ');
  const command = words.map((word) => word.replace('examples/digits.ts', `examples/${name}`));
  const child = spawn(node!, [...command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
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
