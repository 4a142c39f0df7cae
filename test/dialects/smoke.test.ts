import { transformSync as swc } from '@swc/wasm';
import { transformSync as esbuild } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import ts from 'typescript';
import { beforeAll, expect, it } from 'vitest';
import { linkPackage } from './linked-package';

interface Settings {
  readonly legacy: boolean;
  /** Whether class fields are defined, as in JavaScript, or assigned. */
  readonly define: boolean;
  readonly metadata?: true;
}
const source = readFileSync('test/dialects/smoke.ts', 'utf8');

const compilers = {
  tsc: ({ legacy, define, metadata }: Settings) =>
    ts.transpileModule(source, {
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        experimentalDecorators: legacy,
        emitDecoratorMetadata: metadata ?? false,
        useDefineForClassFields: define,
      },
    }).outputText,
  esbuild: ({ legacy, define }: Settings) =>
    esbuild(source, {
      loader: 'ts',
      target: 'es2022',
      tsconfigRaw: { compilerOptions: { experimentalDecorators: legacy, useDefineForClassFields: define } },
    }).code,
  swc: ({ legacy, define, metadata }: Settings) =>
    swc(source, {
      jsc: {
        target: 'es2022',
        parser: { syntax: 'typescript', decorators: true },
        transform: {
          legacyDecorator: legacy,
          decoratorMetadata: metadata ?? false,
          ...{ decoratorVersion: '2022-03' }, // missing in its types; without effect on legacy decorators
          useDefineForClassFields: define,
        },
      },
    }).code,
};

const settings: readonly (readonly [string, Settings])[] = [
  ['legacy, fields defined', { legacy: true, define: true }],
  ['legacy, fields assigned', { legacy: true, define: false }],
  ['standard, fields defined', { legacy: false, define: true }],
  ['standard, fields assigned', { legacy: false, define: false }],
];
const withMetadata = ['legacy, with metadata', { legacy: true, define: true, metadata: true }] as const;

const cases = Object.entries(compilers).flatMap(([compiler, compile]) =>
  // esbuild emits no design-time metadata
  [...settings, ...(compiler === 'esbuild' ? [] : [withMetadata])].map(
    ([form, setting]) => [compiler, form, () => compile(setting)] as const,
  ),
);

let project: string;
let losses: readonly number[];
beforeAll(() => {
  project = linkPackage('smoke');
  losses = run('first', compilers.tsc({ legacy: true, define: true })).losses;
});

/** Runs what a compiler made of the smoke program, in a process of its own, and reads what it prints. */
function run(name: string, code: string) {
  const file = `${project}/${name}.mjs`;
  writeFileSync(file, code);
  const { status, stdout, stderr } = spawnSync('node', [file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} ended with ${status}:\n${stderr}`);
  return JSON.parse(stdout);
}

const expected = {
  rows: [
    ['scale', 'Model', [3], []],
    ['layers.0.weight', 'Layer', [4, 3], ['again.weight']],
    ['layers.0.bias', 'Layer', [4], ['again.bias']],
    ['layers.0.gain', 'Layer', [1], ['again.gain']],
    ['layers.1.weight', 'Layer', [4, 4], []],
    ['layers.1.factor', 'Scaled', [1], []],
    ['layers.1.gain', 'Scaled', [1], []],
    ['named.head.weight', 'Linear', [1, 4], []],
    ['named.head.bias', 'Linear', [1], []],
  ],
  totals: { parameters: 41, trainable: 41, buffers: 2, bytes: 172 },
};

it.each(cases)('%s, %s', (compiler, form, compile) => {
  const { keys, ...printed } = run(`${compiler}-${form.replace(/\W+/g, '-')}`, compile());
  expect(printed).toEqual({ losses, ...expected });
  expect(keys).toEqual(expected.rows.map(([path]) => path)); // tied ones are saved once
});

it('the program trains', () => {
  expect(losses).toHaveLength(4);
  expect(losses[3]).toBeLessThan(losses[0]!);
});
