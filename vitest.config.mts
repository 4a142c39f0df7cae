import { existsSync } from 'node:fs';
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
  ...tests('backend', 'gpu-lost', 'gpu-waiting', 'products', 'vector-maths'),
  ...tests('engine', 'faults'),
  ...tests('module', 'two-copies'),
  ...tests('steps', 'mutants'),
  // count what is compiled, recorded or started, say what is said once, or need a device that is not loaded
  ...tests('backend', 'gpu-modes', 'threads'),
  ...tests('module', 'bad-input'),
  ...tests('profile', 'explain'),
  ...tests('steps', 'failures', 'fuzz', 'known-backward', 'loops', 'plans'),
  ...tests('train', 'checkpoint', 'compiling', 'profile'),
  ...tests('train/callbacks', 'averages'),
  // put something of their own in the place of what belongs to the process
  ...tests('data', 'workers'),
  ...tests('tensor', 'devices'),
  ...tests('train', 'interrupt'),
];
const shared = { isolate: false, setupFiles: ['./test/fresh-start.ts'] };

/** Test files of a folder; one that has been moved is an error here, where it would silently share a process again. */
function tests(folder: string, ...names: string[]): string[] {
  const files = names.map((name) => `test/${folder}/${name}.test.ts`);
  const gone = files.filter((file) => !existsSync(file));
  if (gone.length > 0) throw new Error(`vitest.config.mts names files that are not there: ${gone.join(', ')}`);
  return files;
}

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
