import { expect } from 'vitest';
import { DecogradError, Tensor } from 'decograd';
import { describe } from '../described';
import { fuzzCase, type FuzzCase } from './cases';
import { Random } from '../../steps/fuzz/random';

export interface FuzzResult {
  readonly refused: number;
  readonly read: number;
  /** Of one case: milliseconds, and bytes that the process grew to beyond its start. */
  readonly slowest: number;
  readonly grown: number;
}

/** Runs the cases of `count` seeds: each must end in an error of the library, or in a value that can be read. */
export async function runFuzz(first: number, count: number): Promise<FuzzResult> {
  const start = process.memoryUsage().rss;
  let [refused, slowest, grown] = [0, 0, 0];
  for (let seed = first; seed < first + count; seed++) {
    const began = performance.now();
    refused += Number(await isRefused(seed, fuzzCase(new Random(seed))));
    slowest = Math.max(slowest, performance.now() - began);
    if (seed % 64 === 0) grown = Math.max(grown, process.memoryUsage().rss - start);
  }
  return { refused, read: count - refused, slowest, grown };
}

async function isRefused(seed: number, { load, bytes, original }: FuzzCase): Promise<boolean> {
  let value: unknown;
  try {
    value = await load(bytes);
  } catch (error) {
    if (error instanceof DecogradError && error.message.length < 5000) return true;
    throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
  }
  if (original?.onlyRefusal) throw new Error(`seed ${seed}: a file that was cut or has a tail was read`);
  if (original) expect(await describe(value), `seed ${seed}`).toEqual(await describe(await load(original.bytes)));
  await checkReadable(seed, value);
  return false;
}

/** Everything in it is plain, and every tensor has its values. */
async function checkReadable(seed: number, root: unknown): Promise<void> {
  const [seen, waiting] = [new Set<unknown>(), [root]];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (value instanceof Tensor) expect((await value.data()).length).toBe(value.size);
    else if (Array.isArray(value) || value instanceof Set) for (const item of value) waiting.push(item);
    else if (!(value instanceof Uint8Array)) {
      expect(Object.getPrototypeOf(value), `seed ${seed}`).toBe(Object.prototype);
      waiting.push(...Object.values(value));
    }
  }
}
