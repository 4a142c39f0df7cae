import { type BuildOptions, buildSync } from 'esbuild';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { runNode } from './run';

const { folder } = inject('installed');
const dist = join(folder, 'node_modules/decograd/dist');
const inBareContext = ['--experimental-vm-modules', '--no-warnings', 'bare.mjs'];

/** What esbuild makes of a program for browsers. */
function bundle(entry: string, options: BuildOptions = {}) {
  const { metafile, warnings } = buildSync({ entryPoints: [entry], absWorkingDir: folder, outdir: join(folder, 'page'), entryNames: '[name]', bundle: true, splitting: true, metafile: true, platform: 'browser', format: 'esm', logLevel: 'silent', ...options }); // prettier-ignore
  return { warnings, ...metafile! };
}

it('the files for browsers import each other and nothing else', () => {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => /browser\.mjs$/.test(file));
  expect(files.sort()).toEqual(['browser.mjs', ...['csv-parse', 'decograd', 'fflate', 'gpu', 'gpu.js', 'images', 'rolldown-runtime'].map((name) => `chunks/${name}.browser.mjs`)]); // prettier-ignore
  // as externals, imports of Node or of a package would stay, whatever esbuild does about them for browsers
  const { inputs } = bundle(join(dist, 'browser.mjs'), { packages: 'external', external: ['node:*'], write: false });
  const imports = Object.values(inputs).flatMap((input) => input.imports);
  expect(Object.keys(inputs).map((path) => path.split('/dist/')[1]).sort()).toEqual(files); // prettier-ignore
  expect(imports.length).toBeGreaterThanOrEqual(files.length);
  expect(imports.filter(({ external, path, kind }) => external || !path.includes('/decograd/dist/') || kind.startsWith('require'))).toEqual([]); // prettier-ignore
});

it('esbuild bundles a program for browsers without a warning; gpu.js stays a file of its own', () => {
  const { warnings, inputs, outputs } = bundle('esm.mjs', { minify: true });
  expect(warnings).toEqual([]);
  expect(Object.keys(inputs).filter((path) => !/^(esm\.mjs|node_modules\/decograd\/dist\/.*browser\.mjs)$/.test(path))).toEqual([]); // prettier-ignore
  const holders = Object.entries(outputs).filter(([, output]) => 'node_modules/decograd/dist/chunks/gpu.js.browser.mjs' in output.inputs); // prettier-ignore
  expect(holders.map(([path]) => path)).not.toContain('page/esm.js');
  expect(holders).toHaveLength(1);
  const eager = outputs['page/esm.js']!.imports.filter(({ kind }) => kind === 'import-statement');
  expect(eager.map(({ path }) => path)).not.toContain(holders[0]![0]);
});

it('a program that asks for the library with `require` gets the files for browsers too', () => {
  writeFileSync(join(folder, 'required.cjs'), `console.log(require('decograd').tensor([1]).shape)`);
  const { warnings, inputs } = bundle('required.cjs', { write: false });
  expect(warnings).toEqual([]);
  expect(Object.keys(inputs)).toContain('node_modules/decograd/dist/browser.mjs');
});

it('trains where there is nothing of Node, to the numbers of Node', () => {
  expect(runNode(...inBareContext, 'esm.mjs')).toEqual(runNode('esm.mjs'));
});

it('what needs files, a terminal or a GPU says that there is none; the rest works', () => {
  const { errors, ...rest } = runNode(...inBareContext, 'without-files.mjs');
  expect(errors).toEqual({
    save: expect.stringMatching(/^DeviceError: saveSafetensors: there are no files here; encodeSafetensors/),
    npy: 'DeviceError: loadNpy: there are no files here; give the bytes or a Blob',
    torch: 'DeviceError: loadTorch: there are no files here; give the bytes or a Blob',
    bar: expect.stringMatching(/^DeviceError: progress\.onEpochStart: progress: a browser has no terminal/),
    device: expect.stringMatching(/^DeviceError: gpu:webgpu: this browser has no WebGPU/),
  });
  const read = { image: [[[Math.fround(51 / 255), Math.fround(204 / 255)]]], table: ['a', 'b'] };
  expect(rest).toEqual({ unpacked: [1, 2], read, device: 'gpu:cpu', product: [[19, 22], [43, 50]] }); // prettier-ignore
});
