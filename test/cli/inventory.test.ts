import { version } from '../../package.json';
import { expect, it } from 'vitest';
import { pathsOf, projects } from './project';

const project = projects('cli-inventory');

const models = `
  import { Linear, module, Module, param, type Parameter } from 'decograd';
  @module
  export class Net extends Module {
    @param([2, 3]) weight!: Parameter;
    readonly head = new Linear(3, 1);
  }
  @module
  export class Sized extends Module {
    @param(['size']) bias!: Parameter;
    constructor(readonly size: number) { super(); }
  }
  export const sized = (): Sized => new Sized(5);
  export const later = async (): Promise<Sized> => new Sized(6);
  export const createSmall = (): Sized => new Sized(4);
  export const trained = (): never => { throw new Error('nobody asked for this'); };
  export const createNothing = (): number => 7;
  export const width = 7;
`;
const one = project({ 'model.ts': models }, 'esbuild');

it('prints a table, JSON, Markdown or CSV', () => {
  const print = (format: string): string => one.decograd('inventory', 'model.ts', '--export', 'Net', '--format', format).stdout; // prettier-ignore
  expect(one.decograd('inventory', 'model.ts', '--export', 'Net').stdout).toBe(print('table'));
  expect(print('table')).toMatch(/^path +kind .*\n-+ .*\nweight +parameter +Net +\[2, 3\] .*\n(.*\n)*10 parameters \(10 trainable\)/); // prettier-ignore
  expect(print('md')).toMatch(/^\| path \| kind .*\n\| --- .*\n\| weight \| parameter \| Net \| \[2, 3\] /);
  expect(print('csv').split('\r\n').map((line) => line.split(',')[0])).toEqual(['path', 'weight', 'head.weight', 'head.bias\n'].map((cell) => cell.trim()).concat()); // prettier-ignore
  const { entries, totals } = JSON.parse(print('json'));
  expect(entries[0]).toMatchObject({ path: 'weight', kind: 'parameter', shape: [2, 3], dtype: 'float32', count: 6 });
  expect(totals).toEqual({ parameters: 10, trainable: 10, buffers: 0, bytes: 40 });
});

it('finds every class that needs no arguments and every factory that is called one', () => {
  const { stdout, status } = one.decograd('inventory', 'model.ts', '--format', 'json');
  expect(status).toBe(0);
  const found = JSON.parse(stdout);
  expect(Object.keys(found)).toEqual(['Net', 'createSmall']);
  expect(found.createSmall.entries[0].shape).toEqual([4]);
  expect(one.decograd('inventory', 'model.ts').stdout).toMatch(/^Net\n\npath (.|\n)*\n\ncreateSmall\n\npath /);
  expect(one.decograd('inventory', 'model.ts', '--format', 'md').stdout).toMatch(
    /^## Net\n\n\| path (.|\n)*\n\n## createSmall\n/,
  );
});

it('takes any factory that is asked for, and waits for a promise', () => {
  const shapeOf = (name: string): number[] => JSON.parse(one.decograd('inventory', 'model.ts', '--export', name, '--format', 'json').stdout).entries[0].shape; // prettier-ignore
  expect(shapeOf('sized')).toEqual([5]);
  expect(shapeOf('later')).toEqual([6]);
});

it('takes an exported instance, a default export, and each model once', () => {
  const file = `
    import { Linear } from 'decograd';
    const net = new Linear(2, 2);
    export { net, net as again, net as default };
  `;
  const { decograd } = project({ 'net.mjs': file });
  expect(pathsOf(decograd('inventory', 'net.mjs', '--format', 'json'))).toEqual(['weight', 'bias']);
  expect(pathsOf(decograd('inventory', 'net.mjs', '--export', 'default', '--format', 'json'))).toEqual(['weight', 'bias']); // prettier-ignore
});

it('keeps what the file prints out of the result, and ends though the file goes on', () => {
  const file = `
    import { Linear } from 'decograd';
    console.log('loading');
    setInterval(() => {}, 1000);
    export const make = () => { process.stdout.write('making\\n'); return new Linear(1, 1); };
  `;
  const { decograd } = project({ 'noisy.mjs': file });
  const result = decograd('inventory', 'noisy.mjs', '--format', 'json');
  expect(pathsOf(result)).toEqual(['weight', 'bias']);
  expect(result.stderr).toContain('loading\n');
  expect(result.stderr).toContain('making\n');
});

it('takes the export behind the file, as --model does', () => {
  const { stdout } = one.decograd('inventory', 'model.ts#Net');
  expect(stdout).toBe(one.decograd('inventory', 'model.ts', '--export', 'Net').stdout);
  expect(one.decograd('inventory', 'model.ts#Nett').stderr).toContain("there is no export 'Nett'");
});

it('tells its version', () => {
  const { stdout, status } = one.decograd('--version');
  expect([stdout, status]).toEqual([`${version}\n`, 0]);
});

it('explains itself', () => {
  expect(one.decograd('help').stdout).toBe(one.decograd('--help').stdout);
  const { stdout, status } = one.decograd('--help');
  expect(status).toBe(0);
  for (const word of ['npx decograd inventory FILE', '--export', '--format', '--check', 'Exit code']) expect(stdout).toContain(word); // prettier-ignore
});
