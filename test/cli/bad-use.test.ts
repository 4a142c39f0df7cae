import { expect, it } from 'vitest';
import { projects } from './project';

const { decograd } = projects('cli-bad-use')(
  {
    'net.mjs': `import { Linear } from 'decograd'; export const net = new Linear(1, 1), width = 7, f = () => 3;`,
    'two.mjs': `import { Linear } from 'decograd'; export const a = new Linear(1, 1), b = new Linear(1, 1);`,
    'none.mjs': `export const width = 7;`,
    'needy.mjs': `export { Linear } from 'decograd';`,
    'throws.ts': `
      import { module, Module, param, type Parameter } from 'decograd';
      @module export class Net extends Module {
        @param(['missing']) weight!: Parameter;
      }
      export const createNet = (): never => { throw new Error('no weather today'); };
    `,
    'syntax.ts': `\nexport const = 1;`,
    'one.json': JSON.stringify({ entries: [], totals: {} }),
    'other.json': '{"a": 1}',
    'broken.json': '{"a": ',
    'notes.txt': '',
    'folder/index.js': '',
  },
  'esbuild',
);

it.each([
  [[], "no command; use inventory or doctor"],
  [['train'], "there is no command 'train'; use inventory"],
  [['inventory'], 'inventory needs a FILE'],
  [['inventory', 'a.ts', 'b.ts'], "takes one FILE; 'b.ts' is too much"],
  [['inventory', 'net.mjs', '--colour'], /--colour.*see npx decograd --help/],
  [['inventory', 'net.mjs', '--export'], /--export.*see npx decograd --help/],
  [['inventory', 'net.mjs', '--format', 'xml'], "there is no format 'xml'; use table, json, md, csv"],
  [['inventory', 'net.mjs', '--json'], 'inventory takes no --json; known are export, format, check'],
  [['doctor', 'net.mjs'], "doctor takes no FILE; 'net.mjs' is too much"],
  [['doctor', '--format', 'json'], 'doctor takes no --format; known are json, seconds'],
  [['doctor', '--jsn'], /--jsn.*see npx decograd --help/],
  [['doctor', '--seconds', '0'], "--seconds '0' is not more than 0 and at most 1"],
  [['doctor', '--seconds', '1.5'], "--seconds '1.5' is not more than 0 and at most 1"],
  [['doctor', '--seconds', 'soon'], "--seconds 'soon' is not more than 0 and at most 1"],
  [['inventory', 'missing.ts'], /there is no file .*missing\.ts/],
  [['inventory', 'folder'], /there is no file .*folder/],
  [['inventory', 'notes.txt'], /neither TypeScript nor JavaScript; known are \.ts/],
  [['inventory', 'none.mjs'], 'the file exports no class that carries @module; export the model'],
  [['inventory', 'needy.mjs'], 'Linear: the constructor needs arguments; give them defaults, or export a function'],
  [['inventory', 'needy.mjs', '--export', 'Linear'], /Linear cannot be constructed without arguments \(.*\); export a function/],
  [['inventory', 'net.mjs', '--export', 'nett'], "there is no export 'nett'; the file exports f, net, width"],
  [['inventory', 'net.mjs', '--export', 'width'], 'width is no module: export a class that carries @module'],
  [['inventory', 'net.mjs', '--export', 'f'], 'f() returned no module: export a class that carries @module'],
  [['inventory', 'throws.ts', '--export', 'Net'], /Net\.weight: .*missing/],
  [['inventory', 'throws.ts', '--export', 'createNet'], 'createNet() failed: no weather today'],
  [['inventory', 'syntax.ts'], /syntax\.ts cannot be compiled: (.|\n)*syntax\.ts:2:13/],
  [['inventory', 'two.mjs', '--format', 'csv'], 'csv holds one model and the file exports a, b; choose one with --export'],
  [['inventory', 'two.mjs', '--check', 'one.json'], /one\.json holds one model and the file exports a, b; choose one with --export/],
  [['inventory', 'net.mjs', '--check', 'missing.json'], /missing\.json cannot be read .* --format json > .*missing\.json/],
  [['inventory', 'net.mjs', '--check', 'broken.json'], /broken\.json is no JSON .* --format json >/],
  [['inventory', 'net.mjs', '--check', 'other.json'], /other\.json is no inventory; .* --format json >/],
])('decograd %j', (args, message) => {
  const { status, stdout, stderr } = decograd(...(args as string[]));
  expect(stderr).toMatch(message as string | RegExp);
  expect(stderr).not.toMatch(/^ {4}at /m);
  expect([status, stdout]).toEqual([2, '']);
}); // prettier-ignore
