import { readdirSync, readFileSync } from 'node:fs';
import { build, type BuildOptions, type Plugin } from 'esbuild';

/** The fixtures of the op table, for a page that has no files. */
const fixtures: Plugin = {
  name: 'fixtures',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^node:fs$/ }, () => ({ path: 'fixtures', namespace: 'embedded' }));
    onLoad({ filter: /^fixtures$/, namespace: 'embedded' }, () => ({ contents: embedded() }));
  },
};

function embedded(): string {
  const names = readdirSync('test/fixtures').filter((name) => /^ops-.*\.json$/.test(name));
  const files = names.map((name) => [`test/fixtures/${name}`, readFileSync(`test/fixtures/${name}`, 'utf8')]);
  return `const files = new Map(${JSON.stringify(files)}); export const readFileSync = (path) => files.get(path);`;
}

/** Where a bundle runs. */
export type Target = 'browser' | 'node';

const settings: Readonly<Record<Target, BuildOptions>> = {
  // the sources of gpu.js, which the package is built from too, ask for parts of Node when they are wanted
  browser: { platform: 'browser', format: 'esm', mainFields: ['module', 'main'], external: ['gl', 'os', 'worker_threads'], plugins: [fixtures] }, // prettier-ignore
  node: { platform: 'node', format: 'cjs', external: ['gl'] },
};

/** A program with the library, from its sources, and gpu.js, as one text. */
export async function bundle(entry: string, target: Target): Promise<string> {
  const { external = [], ...rest } = settings[target];
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    conditions: ['decograd-source'],
    external: [...external, 'cli-progress'],
    logLevel: 'error',
    ...rest,
  });
  return outputFiles![0].text;
}
