import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFileSync, rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readDigits } from './digit-reader';
import { runExample } from './run-example';

const file = join(tmpdir(), `decograd-digits-full-${process.pid}.safetensors`);

/** The main job as `npm start` runs it: its last line. */
async function train(seed: number): Promise<string> {
  return (await runExample('digits.ts', '--seed', String(seed), '--out', file)).at(-1)!;
}

it('three seeds reach 97.0% with three models, each the same again', async () => {
  const models: string[] = [];
  for (const seed of [1, 2, 3]) {
    const line = await train(seed);
    const model = readFileSync(file, 'base64');
    const accuracy = Number(/^test accuracy: (\d+\.\d\d)%$/.exec(line)![1]);
    const { right, close } = readDigits(file);
    expect(Math.abs(right - 100 * accuracy)).toBeLessThanOrEqual(close + 1e-6);
    expect(accuracy).toBeGreaterThanOrEqual(97);
    expect(await train(seed)).toBe(line);
    expect(readFileSync(file, 'base64') === model).toBe(true);
    models.push(model);
  }
  rmSync(file);
  expect(new Set(models).size).toBe(3); // two seeds may well read as many digits right
});

it('gives the same weights, bit for bit, with one thread and with two', async () => {
  const weights = async (threads: number): Promise<Buffer> => {
    await runExample('digits.ts', '--epochs', '2', '--threads', String(threads), '--out', file);
    return readFileSync(file);
  };
  const alone = await weights(1);
  expect(alone.equals(await weights(2))).toBe(true);
  rmSync(file);
});
