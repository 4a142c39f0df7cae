// The op table on GL without a screen. `npm install --no-save gl` in this folder, then from the root:
// xvfb-run -a node test/browser/headless-gl.mjs
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const device = 'gpu:headlessgl';
const cache = 'test/browser/.cache';

mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, 'gl-'));
const program = join(folder, 'program.cjs');

function run(name) {
  return JSON.parse(execFileSync(process.execPath, [program, name, device], { encoding: 'utf8', maxBuffer: 2 ** 28 }));
}

try {
  buildSync({
    entryPoints: ['test/browser/in-node.ts'],
    bundle: true,
    platform: 'node',
    conditions: ['decograd-source'],
    external: ['gl', 'cli-progress'],
    outfile: program,
  });
  const { cases, wrong, fallbacks } = run('opTable');
  for (const { title, what, whatIsNotAllowed } of wrong)
    console.log(`${title}: ${whatIsNotAllowed ?? `allowed: ${what}`}`);
  const reasons = [...new Set(fallbacks.map(({ reason }) => reason))];
  console.log(
    `${cases} cases, ${wrong.length} other answers, ${fallbacks.length} kinds of kernels elsewhere: ${reasons.join('; ')}`,
  );
  console.log(
    'training',
    JSON.stringify(run('training').runs.map(({ model, cpu, gpu }) => [model, cpu.losses.at(-1), gpu.losses.at(-1)])),
  );
  console.log('inputs of many numbers', JSON.stringify(run('sizes')));
  if (wrong.some(({ whatIsNotAllowed }) => whatIsNotAllowed)) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
