import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pathsOf, projects } from './project';

const project = projects('cli-loading');

/** A model whose one path tells the dialect in which it was compiled. */
const dialectProbe = `
  import { module, Module, param, Parameter, zeros } from 'decograd';
  let dialect = 'none';
  function probe(...args: any[]): any { dialect = typeof args[1] === 'object' ? 'standard' : 'legacy'; }
  @module
  export class Net extends Module {
    @probe field = 1;
    @param([2]) weight!: Parameter;
    readonly found = { [dialect]: new Parameter(zeros([1])) };
  }
`;
const config = (compilerOptions: object, more = {}): string => JSON.stringify({ compilerOptions, ...more });
const json = ['--format', 'json'];

describe.each(['esbuild', 'typescript'])('TypeScript through %s', (compiler) => {
  it.each([
    ['legacy', { 'tsconfig.json': config({ experimentalDecorators: true, target: 'es2022' }) }],
    ['legacy', { 'tsconfig.json': '{ "extends": "./base.json" } // as people write it', 'base.json': config({ experimentalDecorators: true }) }], // prettier-ignore
    ['standard', { 'tsconfig.json': config({ target: 'es2022', module: 'nodenext', verbatimModuleSyntax: true }) }],
    ['standard', {}],
  ])('%s decorators, as the nearest tsconfig.json has them', (dialect, files) => {
    const { decograd, folder } = project({ 'src/net.ts': dialectProbe, ...(files as object) }, compiler);
    expect(pathsOf(decograd('inventory', 'src/net.ts', ...json))).toEqual(['weight', `found.${dialect}`]);
    expect(readdirSync(`${folder}/src`)).toEqual(['net.ts']);
  });

  it.each(['commonjs', 'module'])('files that import each other, in a package of type %s', (type) => {
    const layer = (name: string): string => `
      import { module, Module, param, type Parameter } from 'decograd';
      @module export class ${name} extends Module { @param([1]) ${name.toLowerCase()}!: Parameter }
    `;
    const files = {
      'package.json': JSON.stringify({ type }),
      'tsconfig.json': config({ paths: { '@/*': ['./lib/*'] }, moduleResolution: 'bundler', module: 'esnext' }),
      'model.ts': `
        import { module, Module } from 'decograd';
        import { One } from './layers/one';
        import { Two } from './layers/two.js';
        import { Three } from '@/three';
        import { Four } from './layers';
        @module export class Model extends Module { readonly all = [new One(), new Two(), new Three(), new Four()] }
      `,
      'layers/one.ts': layer('One'),
      'layers/two.ts': layer('Two'),
      'lib/three.ts': layer('Three'),
      'layers/index.ts': layer('Four'),
    };
    const { decograd } = project(files, compiler);
    expect(pathsOf(decograd('inventory', 'model.ts', ...json))).toEqual(['all.0.one', 'all.1.two', 'all.2.three', 'all.3.four']); // prettier-ignore
  });

  it('errors point at the line in the file', () => {
    const { decograd } = project(
      { 'broken.ts': `type Unused = number;\n\nthrow new Error('on line three');\n` },
      compiler,
    );
    const { status, stderr } = decograd('inventory', 'broken.ts');
    expect(status).toBe(2);
    expect(stderr).toMatch(/on line three(.|\n)*broken\.ts:3:/);
  });

  it('.mts and .cts', () => {
    const { decograd } = project({ 'a.mts': dialectProbe, 'b.cts': dialectProbe }, compiler);
    expect(pathsOf(decograd('inventory', 'a.mts', ...json))).toEqual(['weight', 'found.standard']);
    expect(pathsOf(decograd('inventory', 'b.cts', ...json))).toEqual(['weight', 'found.standard']);
  });
});

it.each(['legacy', 'standard'])('TypeScript 5.9, %s decorators', (dialect) => {
  const files = { 'tsconfig.json': config({ experimentalDecorators: dialect === 'legacy' }), 'net.ts': dialectProbe };
  const { decograd } = project(files, 'typescript-5.9 as typescript');
  expect(pathsOf(decograd('inventory', 'net.ts', ...json))).toEqual(['weight', `found.${dialect}`]);
});

/** What only ES modules may say. */
const modern = `
  import { readFileSync } from 'node:fs';
  import { createRequire } from 'node:module';
  import { dirname, join } from 'node:path';
  import { fileURLToPath } from 'node:url';
  import { Sequential, Linear } from 'decograd';
  import { there } from './deep/there.js';
  const __dirname = dirname(fileURLToPath(import.meta.url));
  const require = createRequire(import.meta.url);
  const width: number = Number(readFileSync(join(__dirname, 'width.txt'), 'utf8'));
  await Promise.resolve();
  export const model = new Sequential(new Linear(width, require('./size.json').size), there());
`;
const modernFiles = {
  'package.json': '{ "type": "module" }',
  'model.ts': modern,
  'width.txt': '3',
  'size.json': '{ "size": 2 }',
  'deep/there.ts': `
    import { readFileSync } from 'node:fs';
    import { Linear } from 'decograd';
    export const there = (): Linear => new Linear(2, Number(readFileSync(new URL('./width.txt', import.meta.url), 'utf8')));
  `,
  'deep/width.txt': '9',
};

it('esbuild tells the column in the first line as it is in the file', () => {
  const { decograd } = project({ 'a.ts': `import { x } from './gone';\nexport const model = x;\n` }, 'esbuild');
  expect(decograd('inventory', 'a.ts').stderr).toContain('a.ts:1:18: ERROR: Could not resolve "./gone"');
});

it('esbuild loads what only an ES module may say, each file with its own place', () => {
  const { decograd } = project(modernFiles, 'esbuild');
  const { stdout, stderr } = decograd('inventory', 'model.ts', ...json);
  expect(stderr).toBe('');
  const shapes = JSON.parse(stdout).entries.map((entry: { shape: number[] }) => entry.shape);
  expect(shapes).toEqual([[2, 3], [2], [9, 2], [9]]);
});

it('esbuild loads what only CommonJS may say', () => {
  const file = `
    import fs = require('node:fs');
    import { Linear } from 'decograd';
    const { join } = require('node:path');
    export const model = new Linear(1, Number(fs.readFileSync(join(__dirname, 'width.txt'), 'utf8')));
  `;
  const { decograd } = project({ 'model.ts': file, 'width.txt': '3' }, 'esbuild');
  expect(pathsOf(decograd('inventory', 'model.ts', ...json))).toEqual(['weight', 'bias']);
});

it('typescript alone refuses that, and says what would load it', () => {
  const { decograd } = project(modernFiles, 'typescript');
  const { status, stderr } = decograd('inventory', 'model.ts');
  expect(status).toBe(2);
  expect(stderr).toContain('typescript alone can load files as CommonJS only');
  expect(stderr).toContain('npm install --save-dev esbuild');
});

it('without a compiler it names one to install; typescript 7 offers none', () => {
  const none = project({ 'net.ts': dialectProbe });
  expect(none.decograd('inventory', 'net.ts')).toMatchObject({ status: 2 });
  expect(none.decograd('inventory', 'net.ts').stderr).toMatch(/needs a compiler; run npm install --save-dev esbuild/);
  const native = project({ 'net.ts': dialectProbe }, 'typescript-7 as typescript');
  expect(native.decograd('inventory', 'net.ts').stderr).toMatch(/typescript 7\.\d.* npm install --save-dev esbuild/);
});

it('JavaScript needs none: ES modules, CommonJS, and .js as the package says', () => {
  const esm = `import { Linear } from 'decograd'; export const model = new Linear(1, 1);`;
  const cjs = `const { Linear } = require('decograd'); exports['mo' + 'del'] = new Linear(1, 1);`;
  const { decograd } = project({ 'a.mjs': esm, 'b.cjs': cjs, 'c/c.js': esm, 'c/package.json': '{"type":"module"}', 'd.js': cjs }); // prettier-ignore
  for (const file of ['a.mjs', 'b.cjs', 'c/c.js', 'd.js'])
    expect(pathsOf(decograd('inventory', file, ...json))).toEqual(['weight', 'bias']);
});
