import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { filesUnder } from '../house/sources';
import { readDigits } from './digit-reader';
import { numbersAfter, runExample } from './run-example';

const folder = mkdtempSync(join(tmpdir(), 'decograd-examples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const falls = (values: readonly number[]): void => {
  for (let i = 1; i < values.length; i++) expect(values[i]).toBeLessThan(values[i - 1]!);
};

const cases: Readonly<Record<string, () => Promise<void>>> = {
  'article.ts': async () => {
    const lines = await runExample('article.ts');
    expect(lines.slice(0, 3)).toEqual(['Model()', '  weight: Parameter [3, 4]', '  bias: Parameter [4]']);
    expect(lines.join('\n')).toMatch(/^weight \[ 3, 4 \] Parameter \[3, 4\] float32.*-?\d\.\d+/m);
    const losses = numbersAfter(lines, 'loss');
    expect(losses).toHaveLength(10);
    falls(losses);
    const refused = lines.slice(lines.findIndex((line) => line.startsWith('refused'))).join('\n');
    expect(refused).toMatch(/^refused: matmul: \[2, 4\] times \[3, 4\]: .*\nrefused: matmul: \[2, 4\] times \[3, 4\]: .*\n +in inner \(Model\)$/); // prettier-ignore
    // The compiler refuses the product too: without its mark the example would not compile, and with a product that
    // fits the mark itself would be refused.
    expect(readFileSync('examples/article.ts', 'utf8')).toMatch(
      /@ts-expect-error .*\n +wrong\.matmul\(model\.weight\)/,
    );
  },

  'by-hand.ts': async () => {
    const lines = await runExample('by-hand.ts');
    const losses = numbersAfter(lines, 'loss');
    expect(losses).toHaveLength(6);
    expect(losses[5]).toBeLessThan(0.02); // the noise, whose variance is 0.01, is what must be left
    const [, slope, height] = /^y = (\S+) x \+ (\S+),/.exec(lines.at(-1)!)!.map(Number);
    expect(Math.abs(slope! - 3)).toBeLessThan(0.1);
    expect(Math.abs(height! + 1)).toBeLessThan(0.1);
  },

  'tied.ts': async () => {
    const lines = await runExample('tied.ts');
    const rows = lines.filter((line) => / parameter /.test(line));
    expect(rows.map((row) => row.split(' ')[0])).toEqual(['encoder.weight', 'encoder.bias', 'decoder.bias']);
    expect(rows[0]).toMatch(/\[4, 16\] .* 64 .* decoder\.weight/);
    expect(lines.join('\n')).toContain('84 parameters (84 trainable)'); // 4 * 16 + 4 + 16, and not 148
    const losses = numbersAfter(lines, 'loss');
    expect(losses.length).toBeGreaterThanOrEqual(15);
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 2);
    expect(lines.at(-1)).toBe('still one weight: true; keys: encoder.weight, encoder.bias, decoder.bias');
  },

  'digits-cnn.ts': async () => {
    const lines = await runExample('digits-cnn.ts', '--epochs', '2', '--limit', '3000');
    expect(lines.join('\n')).toContain('20,538 parameters (20,538 trainable), 98 in buffers');
    // three seeds of the whole run: digits-cnn.full.test.ts
    expect(numbersAfter(lines, 'test accuracy').at(-1)).toBeGreaterThan(85);
  },

  'series-lstm.ts': async () => {
    const file = join(folder, 'co2.svg');
    const lines = await runExample('series-lstm.ts', '--epochs', '30', '--out', file);
    expect(lines.join('\n')).toContain('4,513 parameters (4,513 trainable)');
    const [lastMonth, lastYear, risen] = ['the last month', 'last year', 'since then'].map((name) => numbersAfter(lines, name)[0]!); // prettier-ignore
    const rows = readFileSync('node_modules/vega-datasets/data/co2-concentration.csv', 'utf8').split('\n');
    const until2019 = rows.slice(0, rows.findIndex((row) => row.startsWith('2020'))).map((row) => Number(row.split(',')[1])); // prettier-ignore
    const mean = (guess: (before: number[]) => number) => {
      const errors = Array.from({ length: 144 }, (_, i) => Math.abs(guess(until2019.slice(0, -i - 1)) - until2019.at(-i - 1)!)); // prettier-ignore
      return errors.reduce((a, b) => a + b) / 144;
    };
    expect(lastMonth).toBeCloseTo(
      mean((before) => before.at(-1)!),
      3,
    );
    expect(lastYear).toBeCloseTo(
      mean((before) => before.at(-12)!),
      3,
    );
    expect(risen).toBeCloseTo(
      mean((before) => before.at(-12)! + before.at(-1)! - before.at(-13)!),
      3,
    );
    const [learned] = numbersAfter(lines, 'the LSTM');
    expect(learned).toBeLessThan(Math.min(lastMonth!, lastYear!, risen!));
    expect(lines.find((line) => line.startsWith('measured (line)'))).toBeDefined();

    expect(lines.at(-1)).toBe(`drawn in ${file}`);
    const drawn = [...readFileSync(file, 'utf8').matchAll(/<polyline [^>]* points="([^"]*)"\/>/g)].map(([, points]) => points!.split(' ').map((point) => point.split(',').map(Number))); // prettier-ignore
    expect(drawn.map((line) => line.length)).toEqual([144, 144]);
    for (const [x, y] of drawn.flat()) expect(x! >= 40 && x! <= 860 && y! >= 40 && y! <= 360).toBe(true);
  },

  'tiny-gpt.ts': async () => {
    const run = (...args: string[]) => runExample('tiny-gpt.ts', '--steps', '60', '--depth', '1', ...args);
    const [apart, tied] = [await run(), await run('--tied')];
    expect(apart.some((line) => /^head\.weight +parameter/.test(line))).toBe(true);
    expect(tied.some((line) => /^head\.weight +parameter/.test(line))).toBe(false);
    expect(tied.find((line) => line.startsWith('letters '))).toMatch(/head\.weight$/);
    for (const lines of [apart, tied]) {
      expect(lines).toContain('before:');
      expect(lines).toContain('after:');
      expect(numbersAfter(lines, 'loss per letter')[0]).toBeLessThan(3.4); // of 91 letters that are all as likely: 4.5
    }
  },

  'digits.ts': async () => {
    const file = join(folder, 'digits.safetensors');
    const lines = await runExample('digits.ts', '--epochs', '1', '--seed', '2', '--out', file);
    expect(lines.join('\n')).toContain('203,530 parameters (203,530 trainable)');
    expect(numbersAfter(lines, 'accuracy').length).toBeGreaterThan(1); // while training, and at the end
    expect(lines).toContain(`saved to ${file}`);

    const table = lines.slice(-12, -1).map((line) => line.trim().split(/ +/).map(Number));
    expect(table[0]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const counts = table.slice(1).map((row) => row.slice(1));
    const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
    expect(counts.map(sum)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]); // MNIST's official split
    const right = sum(counts.map((row, digit) => row[digit]!));
    expect(lines.at(-1)).toBe(`test accuracy: ${(right / 100).toFixed(2)}%`);
    expect(right).toBeGreaterThan(9000);

    const recomputed = readDigits(file);
    expect(recomputed.close).toBeLessThan(5);
    expect(Math.abs(recomputed.right - right)).toBeLessThanOrEqual(recomputed.close);
  },
};

it.each(Object.keys(cases))('%s', (name) => cases[name]!(), 180_000);

it('every example has a case', () => {
  const isElsewhere = (file: string) => /^examples\/(data|browser)\//.test(file); // the page is test/browser's
  const examples = filesUnder('examples').filter((file) => !isElsewhere(file));
  expect(examples).toEqual(Object.keys(cases).sort().map((name) => `examples/${name}`)); // prettier-ignore
});
