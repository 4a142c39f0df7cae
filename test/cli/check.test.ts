import { transformSync } from 'esbuild';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Project, projects } from './project';

const project = projects('cli-check');

const model = (body: string, name = 'Net'): string => `
  import { module, Module, param, buffer, Linear, Parameter, zeros, type Tensor } from 'decograd';
  @module export class ${name} extends Module { ${body} }
`;
const before = `
  @param([2, 3]) weight!: Parameter;
  @param([2]) bias!: Parameter;
  @buffer([2]) mean!: Tensor;
  readonly first = new Linear(2, 2);
  readonly second = this.first;
`;

/** A project with the inventory of a model saved, and the model changed since. */
function changed(to: string, name?: string): Project {
  const { decograd, write, ...rest } = project({ 'model.ts': model(before) }, 'esbuild');
  write({ 'saved.json': decograd('inventory', 'model.ts', '--format', 'json').stdout, 'model.ts': model(to, name) });
  return { decograd, write, ...rest };
}
const check = ['inventory', 'model.ts', '--check', 'saved.json'];

it('passes where nothing changed, whatever the classes are called', () => {
  expect(changed(before).decograd(...check)).toEqual({ status: 0, stdout: '', stderr: 'no change since saved.json\n' });
  expect(changed(before, 'Renamed').decograd(...check).status).toBe(0);
});

it('passes on the minified model', () => {
  const { decograd, folder, write } = changed(before);
  const source = readFileSync(`${folder}/model.ts`, 'utf8');
  const { code } = transformSync(source.replace('export class Net', 'class Net').concat('export { Net as model };'), {
    ...{ loader: 'ts', minify: true, format: 'esm', target: 'es2022' },
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
  });
  expect(code).not.toContain('Net');
  write({ 'model.mjs': code });
  expect(decograd('inventory', 'model.mjs', '--check', 'saved.json').status).toBe(0);
});

describe('fails, naming what was', () => {
  it.each([
    ['added', before.concat('@param([5]) extra!: Parameter;'), ['added: parameter extra [5] float32']],
    ['removed', before.replace(/@param\(\[2, 3\]\).*/, ''), ['removed: parameter weight [2, 3] float32']],
    ['renamed', before.replace('weight', 'kernel'), ['renamed: weight is now kernel']],
    ['reshaped', before.replace('[2, 3]', '[3, 2]'), ['reshaped: weight was [2, 3], is [3, 2]']],
    ['frozen', before.replace('[2, 3]', '[2, 3], { requiresGrad: false }'), ['frozen: weight no longer receives gradients']],
    ['untied', before.replace('= this.first', '= new Linear(2, 2)'), ['untied: first.weight', 'untied: first.bias', 'added: parameter second.weight']],
    ['changed in two ways', before.replace('[2, 3]', '[4, 3]').replace('mean', 'average'), ['reshaped: weight was [2, 3], is [4, 3]', 'renamed: mean is now average']],
  ])('%s', (_, to, lines) => {
    const { status, stdout, stderr } = changed(to).decograd(...check);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    for (const line of lines) expect(stderr).toContain(line);
    const { length } = stderr.trim().split('\n');
    expect(stderr).toContain(`${length - 1} change${length === 2 ? '' : 's'} since saved.json`);
  }); // prettier-ignore
});

it('prints the inventory too where a format is asked for', () => {
  const { status, stdout } = changed(before.replace('[2, 3]', '[4, 3]')).decograd(...check, '--format', 'json');
  expect(status).toBe(1);
  expect(JSON.parse(stdout).entries[0].shape).toEqual([4, 3]);
});

it('compares several models by the names of their exports', () => {
  const two = (a: number, b: number): string => `
    import { Linear } from 'decograd';
    export const a = new Linear(${a}, 1), b = new Linear(${b}, 1);
  `;
  const { decograd, write } = project({ 'two.mjs': two(2, 3) });
  write({ 'saved.json': decograd('inventory', 'two.mjs', '--format', 'json').stdout });
  expect(decograd('inventory', 'two.mjs', '--check', 'saved.json').status).toBe(0);
  expect(decograd('inventory', 'two.mjs', '--export', 'b', '--check', 'saved.json').status).toBe(0);
  write({ 'two.mjs': two(2, 4) });
  const { status, stderr } = decograd('inventory', 'two.mjs', '--check', 'saved.json');
  expect([status, stderr]).toEqual([1, 'b: reshaped: weight was [1, 3], is [1, 4]\n1 change since saved.json\n']);
  write({ 'two.mjs': two(2, 3).replace('b =', 'c =') });
  expect(decograd('inventory', 'two.mjs', '--check', 'saved.json').stderr).toBe('removed: model b\nadded: model c\n2 changes since saved.json\n'); // prettier-ignore
});
