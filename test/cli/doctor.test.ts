import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { version } from '../../package.json';
import { joinsVectors } from '../../src/backend/wasm/features';
import { projects, type Ran } from './project';

const project = projects('cli-doctor');
const { decograd, decogradWith } = project({});
const brief = ['doctor', '--seconds', '0.02'];
const names = ['wasm', 'reference', 'gpu:cpu', 'gpu:webasm', 'gpu:webgpu', 'gpu:webgl2', 'gpu:webgl', 'gpu:headlessgl'];

interface Found {
  name: string;
  isUsable: boolean;
  reason: string | null;
  problem: string | null;
  matmul: { size: number; gflops: number } | null;
}
const devicesOf = ({ stdout }: Ran): Found[] => JSON.parse(stdout).devices;
const deviceOf = (ran: Ran, name: string): Found => devicesOf(ran).find((device) => device.name === name)!;

it('prints as JSON what there is, and nothing else', () => {
  const ran = decograd(...brief, '--json');
  expect([ran.status, ran.stderr]).toEqual([0, '']);
  const { versions, platform, cpu, auto, devices } = JSON.parse(ran.stdout);
  expect(versions).toEqual({ decograd: version, node: process.versions.node, v8: process.versions.v8 });
  expect(platform).toBe(`${process.platform} ${process.arch}`);
  const cores = availableParallelism();
  const vectorBits = joinsVectors() ? 256 : 128;
  expect(cpu).toEqual({ cores, threads: Math.min(16, cores), simd: true, multiplyAdd: true, vectorBits });
  expect(auto).toBe('wasm');
  expect(devices.map(({ name }: Found) => name)).toEqual(names);
});

it('measures every device that is usable, and says why the others are not', () => {
  for (const { name, isUsable, reason, problem, matmul } of devicesOf(decograd(...brief, '--json'))) {
    expect(isUsable).toBe(names.indexOf(name) < 4);
    expect(problem).toBe(null);
    if (!isUsable) expect([matmul, reason]).toEqual([null, expect.stringMatching(`^${name}: `)]);
    else expect(Math.log2(matmul!.size) % 1).toBe(0);
    if (isUsable) expect([matmul!.size >= 32, matmul!.gflops > 0, reason]).toEqual([true, true, null]);
  }
});

it('prints a text that 80 columns hold', () => {
  const { status, stdout } = decograd(...brief);
  expect(status).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.filter((line) => line.length > 80 || line !== line.trimEnd())).toEqual([]);
  expect(lines[0]).toBe(`decograd ${version}, Node ${process.versions.node}, V8 ${process.versions.v8}, ${process.platform} ${process.arch}`); // prettier-ignore
  expect(lines[1]).toMatch(/^CPU: \d+ threads? on \d+ cores?, SIMD of (128|256) bits, fused multiply-add$/);
  expect(lines[2]).toBe("device('auto') takes wasm");
  const isNewer = Number.parseInt(process.versions.node, 10) >= 24;
  const advice = isNewer || process.arch !== 'x64' ? [] : [expect.stringMatching(/^Node 24 and later .* 256 bits/)];
  const heads = lines.slice(3).filter((line) => /^\S/.test(line));
  expect(heads.slice(0, -names.length)).toEqual(advice);
  expect(heads.slice(-names.length).map((line) => line.split(' ')[0])).toEqual(names);
  expect(stdout.match(/\d GFLOP\/s in products of (32|64|128|256|512) by \1\n/g)).toHaveLength(4);
  expect(stdout.replace(/\n +/g, ' ')).toContain('not usable: Node has no WebGPU of its own; npm install webgpu gives it one'); // prettier-ignore
});

it('fails where the engine of the CPU does not run, and examines the rest all the same', () => {
  const ran = decogradWith('--jitless', ...brief, '--json');
  const problem = 'wasm: WebAssembly is switched off here, as --jitless does in Node';
  expect(ran.status).toBe(1);
  expect(ran.stderr).toContain(`broken: ${problem}\n`);
  expect(deviceOf(ran, 'wasm')).toMatchObject({ isUsable: false, problem });
  expect(deviceOf(ran, 'reference').matmul!.gflops).toBeGreaterThan(0);
  expect(JSON.parse(ran.stdout).auto).toBe('reference');
});

describe('in a project that has the package webgpu', () => {
  /** Found where the project looks for it, so that the library finds what the project has. */
  const examined = (code: string): Ran => {
    const files = {
      'node_modules/webgpu/index.js': code,
      'node_modules/webgpu/package.json': '{ "type": "module", "exports": "./index.js" }',
    };
    const { decogradWith } = project(files, 'reflect-metadata', 'gpu.js', 'gpu-mock.js');
    return decogradWith('--preserve-symlinks --preserve-symlinks-main', ...brief, '--json');
  };

  it.each([
    ['throws', `throw new Error('no binary for this machine\\nRequire stack');`, 'no binary for this machine'],
    ['lacks a part', `import 'another-part';`, "Cannot find package 'another-part'"],
  ])('one that %s is broken', (_, code, why) => {
    const ran = examined(code);
    const reason = `gpu:webgpu: the package webgpu is installed and does not load: ${why}`;
    expect(ran.stderr).toMatch(new RegExp(`^broken: ${reason}.*\n$`));
    expect(ran.status).toBe(1);
    expect(deviceOf(ran, 'gpu:webgpu').problem).toContain(reason);
    expect(deviceOf(ran, 'gpu:cpu').isUsable).toBe(true);
  });

  it('a machine without a driver for it is not', () => {
    const ran = examined('export const globals = {}, create = () => ({ requestAdapter: async () => null });');
    expect([ran.status, ran.stderr]).toEqual([0, '']);
    expect(deviceOf(ran, 'gpu:webgpu').reason).toMatch(/^gpu:webgpu: WebGPU is here, but has no adapter: .*Vulkan/);
  });
});

it('explains itself', () => {
  const { stdout, status } = decograd('--help');
  expect(status).toBe(0);
  for (const word of ['npx decograd doctor', '--json', '--seconds', 'Exit code']) expect(stdout).toContain(word);
});
