import { manualSeed, setDefaultDevice, setThreads, zeros } from 'decograd';
import { afterAll, expect } from 'vitest';
import { threadCount } from '../src/backend/wasm/threads';

// Runs before each file that shares its process with others: vitest.config.mts.

/** What the first file found. */
const kept = globalThis as { freshThreads?: number; freshDevice?: string };
setThreads((kept.freshThreads ??= threadCount()));
setDefaultDevice((kept.freshDevice ??= zeros([]).device));
manualSeed(0);

const listeners = () => process.eventNames().map((name) => [name, process.listenerCount(name)]);
const globals = () => Object.getOwnPropertyNames(globalThis);
/** What tests put something of their own in the place of. */
const functions = () => [
  ...[process.emitWarning, process.getBuiltinModule, process.stdout.write, process.stderr.write],
  ...[performance.now, Date.now, setTimeout, WebAssembly.validate],
  ...Object.values(console),
];
const ofProcess = () => ({ listeners: listeners(), globals: globals(), functions: functions() });

const [before, env] = [ofProcess(), { ...process.env }];
afterAll(() => {
  expect(ofProcess(), 'what the file has left behind').toEqual(before);
  const names = Object.keys({ ...env, ...process.env }); // no values: they may be nobody's business
  expect(
    names.filter((name) => env[name] !== process.env[name]),
    'what the file has left set',
  ).toEqual([]);
});
