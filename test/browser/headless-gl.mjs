// The op table and training on GL without a screen: node test/browser/headless-gl.mjs, from the root. The package gl is built where it
// is missing, for which it wants a C++ compiler, Python, libgl1-mesa-dev and libxi-dev; without a display, Xvfb gives one.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const folder = fileURLToPath(new URL('.', import.meta.url));
const device = 'gpu:headlessgl';

function install() {
  if (existsSync(join(folder, 'node_modules/gl'))) return;
  execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', 'gl@8.1.6'], {
    cwd: folder,
    stdio: 'inherit',
  });
}

/** A display of one's own, where there is none. */
const display = process.env.DISPLAY ? [] : ['xvfb-run', '-a'];
if (display.length > 0 && spawnSync('which', ['xvfb-run']).status !== 0)
  throw new Error('there is no display, and no Xvfb to give one: apt-get install xvfb xauth');

install();
mkdirSync(join(folder, '.cache'), { recursive: true });
const built = mkdtempSync(join(folder, '.cache', 'gl-'));
const program = join(built, 'program.cjs');

function run(name) {
  const [command, ...args] = [...display, process.execPath, program, name, device];
  return JSON.parse(execFileSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28 }));
}

try {
  buildSync({
    entryPoints: [join(folder, 'in-node.ts')],
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
  rmSync(built, { recursive: true });
}
