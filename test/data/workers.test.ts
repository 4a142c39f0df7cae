import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as workerThreads from 'node:worker_threads';
import fc from 'fast-check';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DataLoader,
  DeviceError,
  IndexError,
  isTensor,
  ShapeError,
  tensor,
  ValueError,
  type Dataset,
  type DataLoaderOptions,
} from 'decograd';
import { augmented, failing, plain, Squares } from './worker-data';

const folder = mkdtempSync(join(tmpdir(), 'decograd-workers-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A thread knows no TypeScript: it gets a bundle, as users build one. */
const path = join(folder, 'worker-data.cjs');
buildSync({
  entryPoints: ['test/data/worker-data.ts'],
  bundle: true,
  platform: 'node',
  outfile: path,
  external: ['gpu.js', 'fast-png', 'jpeg-js', 'csv-parse', 'cli-progress'],
  logLevel: 'silent',
});
const workers = (name: string, given: unknown[], more = {}) => ({ module: path, export: name, arguments: given, ...more }); // prettier-ignore

/** All numbers of a batch, with dtypes and shapes. */
function numbers(value: any): unknown {
  if (isTensor(value)) return [value.dtype, [...value.shape], [...value.dataSync()]];
  if (Array.isArray(value)) return value.map(numbers);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, numbers(part)]));
}
async function epoch(loader: DataLoader<any>, atMost = Infinity): Promise<unknown[]> {
  const batches: unknown[] = [];
  for await (const batch of loader) if (batches.push(numbers(batch)) >= atMost) break;
  return batches;
}

/** Threads that have started and not ended. */
let running = 0;
beforeAll(() => {
  const threads = (process as unknown as { getBuiltinModule(name: string): typeof workerThreads }).getBuiltinModule('node:worker_threads'); // prettier-ignore
  const { Worker } = threads;
  threads.Worker = class extends Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      running++;
      this.on('exit', () => running--);
    }
  };
  return () => void (threads.Worker = Worker);
});

describe('batches read by threads', () => {
  const datasets: Record<string, (n: number) => Dataset<any>> = { plain, augmented };

  it('are the same bits in the same order as without, with and without batches of the dataset, and resume', () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({
          name: fc.constantFrom('plain', 'augmented'),
          n: fc.integer({ min: 1, max: 20 }),
          batchSize: fc.integer({ min: 1, max: 7 }),
          seed: fc.nat(),
          shuffle: fc.boolean(),
          ownCollate: fc.boolean(),
          count: fc.integer({ min: 1, max: 2 }),
          prefetch: fc.integer({ min: 1, max: 3 }),
          stop: fc.integer({ min: 1, max: 20 }),
        }),
        async ({ name, n, batchSize, seed, shuffle, ownCollate, count, prefetch, stop }) => {
          const options = { batchSize, seed, shuffle, ...(ownCollate && { collate: (samples: any[]) => samples as any }) };
          const alone = new DataLoader(datasets[name]!(n), options);
          const made = () => new DataLoader(datasets[name]!(n), { ...options, workers: workers(name, [n], { count, prefetch }) }); // prettier-ignore
          const threaded = made();
          const expected = await epoch(alone);
          expect(await epoch(threaded, stop)).toEqual(expected.slice(0, stop));
          const resumed = made();
          resumed.loadStateDict(threaded.stateDict());
          const rest = stop > expected.length ? await epoch(alone) : expected.slice(stop);
          expect(await epoch(resumed)).toEqual(rest);
        },
      ),
      { numRuns: 25 },
    ), 120_000); // prettier-ignore

  it.each([['a class', 'Squares', [9]], ['a promise', 'later', [9]], ['a dataset', 'ready', []]] as const)('come of %s', async (_, name, given) => {
    const squares = new DataLoader(new Squares(9), { batchSize: 4, workers: workers(name, [...given]) });
    expect(await epoch(squares)).toEqual(await epoch(new DataLoader(new Squares(9), { batchSize: 4 })));
  }); // prettier-ignore

  it('leave no thread behind, however the loop ends', async () => {
    const options = { workers: workers('failing', [9, 'shape'], { count: 2, prefetch: 3 }) };
    const loader = new DataLoader(failing(9, 'shape'), options);
    await epoch(loader, 2);
    expect(running).toBe(0);
    await epoch(loader).catch(() => undefined);
    expect(running).toBe(0);
    const iterator = loader[Symbol.asyncIterator]();
    await iterator.next();
    expect(running).toBe(2);
    await iterator.return();
    expect(running).toBe(0);
  });
});

describe('what goes wrong in a thread', () => {
  const caught = async (options: DataLoaderOptions<any>, dataset: Dataset<any> = failing(9, 'shape')) => {
    const seen: unknown[] = [];
    try {
      for await (const batch of new DataLoader(dataset, options)) seen.push(batch);
    } catch (error) {
      return { error: error as Error, seen: seen.length };
    }
    throw new Error('nothing went wrong');
  };
  const rows: [string, string, new (message: string) => Error, string][] = [
    ['an error of ours', 'shape', ShapeError, 'sample 5 is bent'],
    ["an error of JavaScript's", 'type', TypeError, 'sample 5 is no type'],
    ['another error', 'custom', Error, 'sample 5 is odd'],
    ['what is no error', 'text', Error, 'only text'],
    ['a function among the samples', 'uncloneable', Error, '() => 1 could not be cloned.'],
  ];
  it.each(rows)('%s arrives in its turn, with its class, message and stack', async (_, how, kind, message) => {
    const { error, seen } = await caught({ workers: workers('failing', [9, how], { prefetch: 4 }) });
    expect(error).toBeInstanceOf(kind);
    expect([error.message, seen]).toEqual([message, 5]);
    if (how === 'custom') expect(error.name).toBe('OddError');
    if (!['text', 'uncloneable'].includes(how)) expect(error.stack).toMatch(/worker-data\.cjs/);
    expect(error.stack).toContain(`in a worker of DataLoader that loads ${path}`);
  });

  it('a thread that ends by itself', async () => {
    const { error, seen } = await caught({ workers: workers('failing', [9, 'exit'], { prefetch: 1 }) });
    expect(error).toBeInstanceOf(DeviceError);
    expect([error.message, seen]).toEqual(['DataLoader: a worker ended by itself, with exit code 3', 5]);
  });

  it('samples of unequal shapes are refused as without threads', async () => {
    const { error } = await caught({ batchSize: 3, workers: workers('failing', [9, 'uneven']) });
    expect(error).toBeInstanceOf(ShapeError);
    expect(error.message).toMatch(/sample 3 has \[1\] and sample 5 \[2\]/);
  });

  it('an index that is not there is refused in its turn', async () => {
    const sampler = { indices: () => [1, 2, 9] };
    const { error, seen } = await caught({ sampler, workers: workers('failing', [9, 'shape'], { prefetch: 5 }) });
    expect([error instanceof IndexError, seen]).toEqual([true, 2]);
  });

  it('a module that cannot be loaded, or makes no dataset, or another one', async () => {
    const fail = async (name: string, given: unknown[] = []) => (await caught({ workers: workers(name, given) })).error;
    expect(await fail('broken')).toBeInstanceOf(RangeError);
    expect((await fail('broken')).stack).toMatch(/there is no data today[^]*worker-data\.cjs/);
    expect((await fail('none')).message).toMatch(/does not export none; it exports .*plain/);
    expect((await fail('nothing')).message).toMatch(/nothing of .* is no dataset/);
    const other = await fail('Squares', [8]);
    expect(other).toBeInstanceOf(ValueError);
    expect(other.message).toMatch(/the dataset has 9 samples, the one that .* makes has 8/);
  });
});

describe('refused at once', () => {
  const make = (options: object, dataset: any = new Squares(3)) =>
    new DataLoader<any>(dataset, { workers: options as never });
  const rows: [string, () => unknown, RegExp][] = [
    ['a relative path', () => make({ module: './data.js', export: 'x' }), /module must be a file: URL.*absolute path, not ".\/data.js"/],
    ['no module', () => make({ export: 'x' }), /not "undefined"/],
    ['a module that is not there', () => make({ module: '/none.js', export: 'x' }), /there is no module .*none\.js/],
    ['no export', () => make({ module: path }), /export must be the name of what the module exports, not undefined/],
    ['arguments that are no list', () => make({ module: path, export: 'x', arguments: 3 }), /arguments must be a list, not 3/],
    ['no threads', () => make({ module: path, export: 'x', count: 0 }), /count must be a whole number of at least 1, not 0/],
    ['nothing ahead', () => make({ module: path, export: 'x', prefetch: 0.5 }), /prefetch must be .* not 0.5/],
    ["PyTorch's number", () => make(4 as never), /workers: options are one object with any of module, export/],
    ['a stream', () => make({ module: path, export: 'x' }, [tensor(1)]), /workers read samples by position/],
    ['a loop that does not wait', () => [...make({ module: path, export: 'ready' })], /write for await/],
  ]; // prettier-ignore
  it.each(rows)('%s', (_, attempt, message) => {
    expect(attempt).toThrow(ValueError);
    expect(attempt).toThrow(message);
  });
});

describe('a program', () => {
  const run = (name: string, text: string, flags: string[]) => {
    const file = join(folder, name);
    writeFileSync(file, text);
    const result = spawnSync(process.execPath, [...flags, file], { encoding: 'utf8', timeout: 60_000 });
    rmSync(file);
    return { status: result.status, out: result.stdout.trim(), error: result.stderr };
  };
  const compiler = ['--conditions=decograd-source', '-r', resolve('node_modules/ts-node/register')];
  const library = JSON.stringify(resolve('src/index.ts'));

  it('under ts-node names a TypeScript file; a loop that is forgotten half-way keeps no process alive', () => {
    const module = JSON.stringify(pathToFileURL(resolve('test/data/worker-data.ts')).href);
    const text = `
      const { DataLoader } = require(${library});
      const { plain } = require(${JSON.stringify(resolve('test/data/worker-data.ts'))});
      async function main() {
        const workers = { module: new URL(${module}), export: 'plain', arguments: [9] };
        const { value } = await new DataLoader(plain(9), { batchSize: 2, workers })[Symbol.asyncIterator]().next();
        console.log(value[1].dataSync().join());
      }
      main();`;
    expect(run('program.cjs', text, compiler)).toEqual({ status: 0, out: '0,1', error: '' });
  });

  it('as an ES module names one, with await at its top level too', () => {
    const data = join(folder, 'data.mjs');
    const own = join(folder, 'data.js');
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
    writeFileSync(data, 'export const squares = (n) => ({ length: n, get: (i) => i * i });');
    writeFileSync(
      own,
      'const n = await Promise.resolve(5); export const squares = () => ({ length: n, get: (i) => i * i });',
    );
    const text = `
      import { createRequire } from 'node:module';
      const { DataLoader } = createRequire(import.meta.url)(${library});
      for (const name of ['./data.mjs', './data.js']) {
        const workers = { module: new URL(name, import.meta.url), export: 'squares', arguments: [5] };
        for await (const x of new DataLoader({ length: 5, get: () => 0 }, { batchSize: 5, workers })) console.log(x.dataSync().join());
      }`;
    expect(run('program.mjs', text, compiler)).toEqual({ status: 0, out: '0,1,4,9,16\n0,1,4,9,16', error: '' });
  });
});
