import { transform } from 'esbuild';
import { type Plugin } from 'vitest/config';

/** Minifies the test files themselves. Their class names stay readable, since messages that name them are asserted. */
export const minifiedClasses = (): Plugin => ({
  name: 'decograd:minified-classes',
  enforce: 'pre',
  async transform(source, id) {
    const fileName = id.split('?')[0]!;
    if (!fileName.endsWith('.ts') || !fileName.includes('/test/module/')) return undefined;
    const { code, map } = await transform(source, {
      loader: 'ts',
      format: 'esm',
      target: 'es2022',
      minify: true,
      keepNames: true,
      sourcemap: 'external',
      sourcefile: fileName,
      tsconfigRaw: { compilerOptions: { experimentalDecorators: true, target: 'ES2022' } },
    });
    return { code, map };
  },
});
