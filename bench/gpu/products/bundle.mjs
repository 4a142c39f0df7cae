// What times products, with the library from its sources: it needs parts of it that no user does.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
/** Where it lies for Node. */
export const bundled = here('../../../.cache/bench/gpu-products.cjs');

const common = {
  entryPoints: [here('in-place.ts')],
  bundle: true,
  conditions: ['decograd-source'],
  logLevel: 'error',
};

export const bundleForNode = () =>
  build({ ...common, outfile: bundled, platform: 'node', format: 'cjs', external: ['gl', 'webgpu', 'cli-progress'] });

/** @returns its text */
export async function bundleForPage() {
  const external = ['gl', 'os', 'worker_threads', 'cli-progress', 'node:*'];
  const settings = { platform: 'browser', format: 'esm', mainFields: ['module', 'main'] };
  const { outputFiles } = await build({ ...common, ...settings, external, write: false });
  return outputFiles[0].text;
}
