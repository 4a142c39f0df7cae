import { buildSync } from 'esbuild';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { runNode } from './run';

/** Node without `require` of ES modules, where the condition `require` holds: the CommonJS files. */
const commonJs = '--no-experimental-require-module';

it('trains from an ES module and from CommonJS, to the same numbers', () => {
  const losses: number[] = runNode('esm.mjs');
  expect(losses).toHaveLength(5);
  for (let i = 1; i < 5; i++) expect(losses[i]).toBeLessThan(losses[i - 1]!);
  expect(losses[0]).toBeGreaterThan(0);
  expect(runNode('cjs.cjs')).toEqual(losses);
  expect(runNode(commonJs, 'cjs.cjs')).toEqual(losses);
});

it('`require` and `import` in one process give one library', () => {
  const { same, all } = runNode('instances.mjs');
  expect(all).toBeGreaterThan(100);
  expect(same).toBe(all);
});

it('where they give two, a module of one is listed by the other', () => {
  expect(runNode(commonJs, 'two-copies.mjs')).toEqual({ twice: true, paths: ['0.weight', '0.bias'] });
  expect(runNode('two-copies.mjs')).toEqual({ twice: false, paths: ['0.weight', '0.bias'] });
});

it.each(['first', 'last'])('whoever loads reflect-metadata %s keeps what stands on a module', (order) => {
  const metadata = ['before', 1];
  expect(runNode('metadata.mjs', order)).toEqual({ paths: ['w'], isParameter: true, metadata });
  expect(runNode(commonJs, 'metadata.mjs', order)).toEqual({ paths: ['w'], isParameter: true, metadata });
});

describe('gpu.js is loaded when a device of it is asked for, never before', () => {
  it.each([
    ['import', 'mjs', []],
    ['require', 'mjs', []],
    ['require', 'cjs', [commonJs]],
  ])('%s, dist/*.%s', (way, ending, options) => {
    const { before, after, device, values } = runNode(...options, 'gpu.mjs', way);
    expect(before).toContain(`index.${ending}`);
    expect(before.filter((file: string) => file.includes('gpu'))).toEqual([]);
    expect(after).toContain(`chunks/gpu.js.${ending}`);
    expect(device).toBe('gpu:cpu');
    expect(values).toEqual([[19, 22], [43, 50]]); // prettier-ignore
  });
});

it('survives a bundler that minifies and drops what looks unused', () => {
  const { folder } = inject('installed');
  const outfile = join(folder, 'bundled.mjs');
  const entry = join(folder, 'esm.mjs');
  buildSync({ entryPoints: [entry], outfile, bundle: true, minify: true, treeShaking: true, platform: 'node', format: 'esm', logLevel: 'error', banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);` } }); // prettier-ignore
  expect(runNode('bundled.mjs')).toEqual(runNode('esm.mjs'));
});

it('watches gradients outside of the tree, which only a statement that nobody calls sets up', () => {
  expect(runNode('guards.mjs')).toContain('the parameter tree of Secret does not reach it');
});
