import { defineConfig } from 'vitest/config';
import { missing } from './test/browser/missing.mjs';
import { minifiedClasses } from './test/dialects/minified-classes.mjs';
import { minifiedLibrary } from './test/dialects/minified-library.mjs';
import { standardDialect } from './test/dialects/standard-dialect.mjs';

// `decograd` resolves to src/index.ts: see the condition of this name in package.json.
const conditions = ['decograd-source', 'module', 'node', 'development|production'];
const slow = 'test/**/*.full.test.ts';
const browserTests = 'test/browser/**/*.test.ts';
const absent = 'test/browser/missing.test.ts';
const moduleTests = ['test/module/**/*.test.ts'];
/** Many small comparisons, which leave nothing behind: their files share processes, and so the loading of the library. */
const comparisons = ['ops', 'loss', 'nn', 'optim', 'io'].map((folder) => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    pool: 'forks',
    // V8_FLAGS=--no-liftoff: optimised code from the start, which is what joins vectors (Node 24)
    execArgv: process.env.V8_FLAGS?.split(' ') ?? [],
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'legacy',
          include: ['test/**/*.test.ts'],
          exclude: [slow, 'test/package/**', 'test/browser/**', ...comparisons],
        },
      },
      { extends: true, test: { name: 'comparisons', include: comparisons, exclude: [slow], isolate: false } },
      {
        extends: true,
        plugins: [standardDialect()],
        test: { name: 'standard', include: moduleTests, exclude: [slow] },
      },
      {
        extends: true,
        plugins: [minifiedClasses()],
        resolve: { alias: [{ find: /^decograd$/, replacement: minifiedLibrary }] },
        test: {
          name: 'minified',
          include: moduleTests,
          exclude: [slow],
          globalSetup: './test/dialects/minified-library.mts',
        },
      },
      { extends: true, test: { name: 'full', include: [slow], testTimeout: 1_200_000, fileParallelism: false } },
      {
        extends: true,
        test: {
          name: 'browser',
          ...(missing() === null ? { include: [browserTests], exclude: [absent] } : { include: [absent] }),
          testTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          globalSetup: './test/package/install.mts',
          testTimeout: 300_000,
          fileParallelism: false, // all work in the one folder that the package is installed in
        },
      },
    ],
  },
});
