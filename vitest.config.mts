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
/**
 * Files whose outcome, or that of others, hangs on who used the process before: each has one of its own. All others share
 * processes, and so the loading of the library; each begins there as in a new one (test/fresh-start.ts).
 */
const alone = [
  // load the library again, in another form
  'test/backend/{batches,gpu-lost,gpu-waiting,vector-maths}.test.ts',
  'test/engine/faults.test.ts',
  'test/module/two-copies.test.ts',
  'test/steps/mutants.test.ts',
  // count what is compiled, recorded or started, say what is said once, or need a device that is not loaded
  'test/backend/{gpu-modes,threads}.test.ts',
  'test/module/bad-input.test.ts',
  'test/profile/explain.test.ts',
  'test/steps/{failures,fuzz,known-backward,loops,plans}.test.ts',
  'test/train/compiling.test.ts',
  'test/train/{checkpoint,profile}.test.ts',
  'test/train/callbacks/averages.test.ts',
  // put something of their own in the place of what belongs to the process
  'test/data/workers.test.ts',
  'test/tensor/devices.test.ts',
  'test/train/interrupt.test.ts',
];
const shared = { isolate: false, setupFiles: ['./test/fresh-start.ts'] };

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
          exclude: [slow, 'test/package/**', 'test/browser/**', ...alone],
          ...shared,
        },
      },
      { extends: true, test: { name: 'alone', include: alone } },
      {
        extends: true,
        plugins: [standardDialect()],
        test: { name: 'standard', include: moduleTests, ...shared },
      },
      {
        extends: true,
        plugins: [minifiedClasses()],
        resolve: { alias: [{ find: /^decograd$/, replacement: minifiedLibrary }] },
        test: {
          name: 'minified',
          include: moduleTests,
          ...shared,
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
