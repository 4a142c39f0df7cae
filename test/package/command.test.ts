import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { run } from './run';

const { folder } = inject('installed');

beforeAll(() => {
  // What a TypeScript project has anyway; the package itself brings no compiler.
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  symlinkSync(resolve('node_modules/typescript'), join(folder, 'node_modules/typescript'));
});
// other files look at what is installed
afterAll(() => rmSync(join(folder, 'node_modules/typescript')));

it('npx decograd inventory works in a project, and guards a model there', () => {
  const { status, stdout, stderr } = run('npx', ['--no', 'decograd', 'inventory', 'model.ts', '--export', 'Model', '--format', 'json']); // prettier-ignore
  expect(stderr).not.toMatch(/decograd:|Error/);
  expect(status).toBe(0);
  const { entries, totals } = JSON.parse(stdout);
  expect(entries.map((entry: { path: string }) => entry.path)).toEqual(['weight', 'bias', 'scale.factor', 'scale.calls']); // prettier-ignore
  expect(totals).toEqual({ parameters: 20, trainable: 20, buffers: 1, bytes: 84 });

  const saved = join(folder, 'saved.json');
  writeFileSync(saved, stdout);
  const check = ['--no', 'decograd', 'inventory', 'model.ts', '--export', 'Model', '--check', saved];
  expect(run('npx', check).status).toBe(0);
  const other = JSON.stringify({ entries: entries.map((e: object) => ({ ...e, shape: [7] })), totals });
  writeFileSync(saved, other);
  const failed = run('npx', check);
  expect(failed.status).toBe(1);
  expect(failed.stderr).toContain('reshaped: weight was [7], is [3, 4]');
});

it('npx decograd doctor examines the machine, gpu.js and all, and ends', () => {
  const { status, stdout, stderr } = run('npx', ['--no', 'decograd', 'doctor', '--json', '--seconds', '0.02']);
  expect([status, stderr]).toEqual([0, '']);
  const { versions, devices } = JSON.parse(stdout);
  const { version } = JSON.parse(readFileSync(join(folder, 'node_modules/decograd/package.json'), 'utf8'));
  expect(versions.decograd).toBe(version);
  const measured = devices.filter(({ matmul }: { matmul: object | null }) => matmul !== null);
  expect(measured.map(({ name }: { name: string }) => name)).toEqual(['wasm', 'reference', 'gpu:cpu', 'gpu:webasm']);
});
