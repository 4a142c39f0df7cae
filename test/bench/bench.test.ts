import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as decograd from 'decograd';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The benchmark is plain JavaScript without declarations: all that its modules export, in one object. */
let bench: Record<string, any>;
const modules = [
  'workloads/cnn',
  'workloads/gpt',
  'data',
  'generate',
  'workloads/index',
  'peers/decograd',
  'ratios',
  'compare',
  'options',
  'results',
  'report',
  'gpu/report',
  'gpu/time-on',
];
const load = (name: string): Promise<object> => import(/* @vite-ignore */ resolve('bench', `${name}.mjs`));

let workloads: any[];
const named = (name: string) => workloads.find((workload) => workload.name === name);

const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'decograd-bench-')));
const small = ['matmul-128', 'mlp', 'tiny'];
let manifests: any[];

beforeAll(async () => {
  bench = Object.assign({}, ...(await Promise.all(modules.map(load))));
  workloads = await bench.allWorkloads();
  manifests = folders.map((folder) => bench.writeData(folder, small.map(named)));
});
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** The data of a workload as it was written. */
const dataOf = (name: string) => bench.readData(folders[0], manifests[0][name]);

describe('data', () => {
  it('is the same each time it is written', () => {
    const [files] = folders.map((folder) => readdirSync(folder).sort());
    expect(files).toHaveLength(1 + 2 + 8 + 6);
    for (const file of files) {
      const [first, second] = folders.map((folder) => readFileSync(join(folder, file)));
      expect(first.equals(second), file).toBe(true);
    }
  });

  it('is the same in every version: other numbers would make other results', () => {
    expect(Array.from(bench.generate(named('tiny'), '0.weight').slice(0, 3))).toEqual([
      0.12650525569915771, 0.22544783353805542, -0.09067869186401367,
    ]);
    expect(Array.from(bench.generate(named('mlp'), 'y').slice(0, 8))).toEqual([1, 6, 6, 8, 6, 2, 3, 5]);
  });

  it('is what the manifest says', () => {
    expect(bench.readManifest(folders[0])).toEqual(manifests[0]);
    expect(Object.keys(manifests[0])).toEqual(small);
    for (const workload of small.map(named)) {
      const data = dataOf(workload.name);
      expect(manifests[0][workload.name].source).toBe(workload.source);
      expect(Object.keys(data)).toEqual(Object.keys(workload.data));
      for (const [name, { shape, values }] of Object.entries<any>(data)) {
        expect(Buffer.from(values.buffer).equals(Buffer.from(bench.generate(workload, name).buffer)), name).toBe(true);
        expect(values.length, name).toBe(shape.reduce((a: number, b: number) => a * b));
      }
    }
  });

  it('has the distributions that it names', () => {
    const { x, y, '0.weight': weight } = dataOf('mlp');
    const mean = (list: ArrayLike<number>) => Array.from(list).reduce((a, b) => a + b) / list.length;
    expect(mean(x.values)).toBeCloseTo(0.5, 2);
    expect(new Set(y.values)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    expect(mean(weight.values.map(Math.abs))).toBeCloseTo(1 / 28 / 2, 3);
    const normal = bench.generate(named('matmul-128'), 'a');
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((value: number) => value * value))).toBeCloseTo(1, 1);
  });
});

describe('workloads', () => {
  it('are programs of decograd, each with a PyTorch twin', () => {
    for (const { name, peers, source } of workloads) {
      expect(typeof peers.decograd, name).toBe('function');
      expect(existsSync(`bench/workloads/${source}.py`), name).toBe(true);
    }
  });

  async function losses(name: string, device: string, steps: number): Promise<number[]> {
    await decograd.device(device);
    const data = bench.tensors(decograd, dataOf(name));
    const { step } = await named(name).peers.decograd(decograd, data);
    const found: number[] = [];
    while (found.length < steps) found.push(await step());
    return found;
  }

  it.each([
    ['tiny', 10],
    ['mlp', 2],
  ])('%s has the same losses on wasm as on the reference backend, and they fall', async (name, steps) => {
    const expected = await losses(name, 'reference', steps);
    const found = await losses(name, 'wasm', steps);
    expect(bench.difference(found, expected)).toBeLessThan(1e-4);
    expect(found.at(-1)).toBeLessThan(found[0]);
  });

  it.each([
    ['cnn', { batch: 2, channels: 3 }],
    ['gpt', { batch: 2, context: 8, depth: 1 }],
  ])('%s of other sizes has the same losses on wasm as on the reference backend', async (name, sizes) => {
    const { data, peers } = bench[name](sizes);
    const values = Object.entries<any>(data).map(([key, { shape }]) => [
      key,
      { shape, values: bench.generate({ name, data }, key) },
    ]);
    const losses = async (device: string): Promise<number[]> => {
      await decograd.device(device);
      const { step } = peers.decograd(decograd, bench.tensors(decograd, Object.fromEntries(values)));
      return [await step(), await step()];
    };
    expect(bench.difference(await losses('wasm'), await losses('reference'))).toBeLessThan(1e-5);
  });

  it('a matrix product has the values that its definition gives', async () => {
    await decograd.device('wasm');
    const { a, b } = dataOf('matmul-128');
    const program = named('matmul-128').peers.decograd(decograd, bench.tensors(decograd, { a, b }));
    await program.step();
    const values = await program.values();
    const corner = (row: number, column: number) =>
      Array.from({ length: 128 }, (_, k) => a.values[row * 128 + k] * b.values[k * 128 + column]).reduce(
        (x, y) => x + y,
      );
    expect(values).toHaveLength(10);
    expect(bench.difference([values[0], values[9]], [corner(0, 127), corner(127, (81 * 41 + 127) % 128)])).toBeLessThan(
      1e-5,
    );
  });
});

describe('comparison', () => {
  const torch = { title: 'PyTorch' };
  const column = { title: 'other', peer: { name: 'other' } };

  it('is relative above 1 and absolute below', () => {
    expect(bench.difference([200, 0.001], [100, 0])).toBe(1);
    expect(bench.difference([100, 0.5], [100, 0])).toBe(0.5);
  });

  it.each([
    ['a value missing', [1]],
    ['a value too many', [1, 2, 3]],
    ['no number', [1, NaN]],
    ['an infinity', [-Infinity, 2]],
  ])('%s is infinitely different', (_, values) => expect(bench.difference(values, [1, 2])).toBe(Infinity));

  it('ends the run with both lists', () => {
    const wrong = () => bench.compare({ name: 'tiny' }, column, [1.5, 2], torch, [1, 2]);
    expect(wrong).toThrow(/tiny: other and PyTorch differ by 5\.0e-1.*\n {2}other: 1\.5, 2\n {2}PyTorch: 1, 2/);
    expect(bench.compare({ name: 'tiny' }, column, [1.00005, 2], torch, [1, 2])).toBeCloseTo(5e-5);
    expect(bench.compare({ name: 'tiny', tolerances: { other: 1 } }, column, [1.5, 2], torch, [1, 2])).toBe(0.5);
  });
});

describe('ratios', () => {
  it('are best by best, with the range of the rounds', () => {
    expect(bench.ratio([4, 2, 3], [4, 8, 4])).toEqual({ best: 0.5, low: 0.25, high: 1 });
    expect(bench.ratio(undefined, [1])).toBeUndefined();
    expect(bench.ratio([1], [])).toBeUndefined();
    expect(bench.best([3, 2, 5])).toBe(2);
    expect(bench.fastest([undefined, [3, 2], [9, 1], []])).toEqual([9, 1]);
  });

  it('pair one thread with one thread, and more with the best', () => {
    const [workload, gpt, tiny] = ['mlp', 'gpt', 'tiny'].map((name) => ({
      name,
      title: `${name.toUpperCase()} step`,
      isModel: name !== 'tiny',
    }));
    const columns = [
      ['torch', 1, 4],
      ['torch', 2, 2],
      ['decograd', 1, 3],
      ['decograd', 2, 1],
      ['tfjs', 1, 40],
    ].map(([name, threads, min]) => ({ peer: { name }, threads, min, title: `${name} ${threads}` }));
    const results = new bench.Results();
    for (const column of columns) results.add(workload, column, { min: column.min, memory: 100, foreign: 0.5 });
    for (const other of [gpt, tiny]) results.add(other, columns[0], { min: 7, memory: 300 });
    results.drop(workload, columns[4], 'it has no kernel');
    const run = { workloads: [workload, gpt, tiny], columns, versions: {}, notes: ['a note'], options: {}, results };
    const lines: string[] = bench
      .report(run)
      .split('\n')
      .map((line: string) => line.replace(/ +/g, ' '));
    expect(lines).toContain('| MLP step | 4 | 2 | 3 | 1 | – |');
    expect(lines).toContain(
      '| | decograd 1 / PyTorch, 1 thread | decograd 2 / PyTorch, best | tfjs 1 / PyTorch, 1 thread |',
    );
    expect(lines).toContain('| MLP step | 0.75 (0.75..0.75) | 0.5 (0.5..0.5) | – |');
    expect(lines).toContain('- MLP step, tfjs 1: it has no kernel');
    expect(lines.join('\n')).toContain('in 5, others used');
    const memory = lines.slice(lines.indexOf('## Peak resident memory, MB'));
    expect(memory.slice(4, 7)).toEqual([
      '| MLP step | 100 | 100 | 100 | 100 | – |',
      '| GPT step | 300 | – | – | – | – |',
      '',
    ]);
  });
});

describe('arguments', () => {
  it('name workloads by name or by the beginning of it', () => {
    const names = (list?: string[]) => bench.chosen(workloads, list, 'only').map(({ name }: any) => name);
    expect(names(['tiny', 'matmul'])).toEqual(['matmul-128', 'matmul-256', 'matmul-512', 'matmul-1024', 'tiny']);
    expect(names()).toHaveLength(workloads.length);
    expect(() => names(['mlp', 'vgg'])).toThrow('--only: there is no vgg; there are matmul-128,');
  });

  it('are checked', () => {
    const read = (...args: string[]) => bench.readOptions(args, { only: undefined, rounds: 3, wait: 20, write: false });
    const rest = { wait: 20, help: false };
    expect(read('--only', 'mlp, tiny', '--rounds', '2')).toEqual({ only: ['mlp', 'tiny'], rounds: 2, write: false, ...rest }); // prettier-ignore
    expect(read('--write')).toEqual({ only: undefined, rounds: 3, write: true, ...rest });
    expect(() => read('--rounds', '1.5')).toThrow("--rounds takes a whole number of at least 1, not '1.5'");
    expect(() => read('--wait', 'long')).toThrow("--wait takes a number of at least 0, not 'long'");
    expect(() => read('--second', '1')).toThrow('--second');
  });
});

describe('the rows of GPUs', () => {
  it('time what a device computes, and say why one is not there', async () => {
    const { times, isSoftware } = await bench.timeOn(decograd, 'wasm', ['matmul-256'], 0.01);
    expect(isSoftware).toBe(false);
    expect(times['matmul-256'].milliseconds).toBeGreaterThan(0);
    const [a, b] = ['a', 'b'].map((name) => bench.generate(named('matmul-256'), name) as Float32Array);
    const corner = a!.slice(0, 256).reduce((sum, value, k) => sum + value * b![256 * k + 255]!, 0);
    expect(times['matmul-256'].values[0]).toBeCloseTo(corner, 4);
    expect(await bench.timeOn(decograd, 'gpu:webgl2', ['mlp'], 0.01)).toEqual({
      reason: 'gpu:webgl2: there is no WebGL 2 here: browsers have it',
    });
  });

  it('have no figure for other numbers, and call software what it is', () => {
    const columns = ['Node, wasm', 'Node, webgpu', 'Chromium, webgpu', 'Chromium, webgl2'].map((title) => ({ title }));
    const report = (value: number, isSoftware: boolean) => ({ adapter: 'A', isSoftware, times: { mlp: { milliseconds: 12.345, values: [1, value] } } }); // prettier-ignore
    const text: string = bench.gpuReport([named('mlp')], columns, [
      report(2, false),
      report(2.0001, true),
      report(2.0003, false),
      { reason: 'there is no chromium' },
    ]);
    expect(text).toMatch(/\| MLP step \| 12\.3 +\| 12\.3 +\| other numbers +\| - +\|/);
    expect(text).toContain(
      '- Node, wasm: A\n- Node, webgpu: no GPU at hand: software rasteriser, A\n- Chromium, webgpu: A\n',
    );
    expect(text).toContain('- Chromium, webgl2: there is no chromium\n');
  });
});
