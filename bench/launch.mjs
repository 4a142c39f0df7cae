// Starts processes: one measurement each, and the installation of peers.
import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const secondsAllowed = 300;

/**
 * Runs a command to its end.
 * @returns its output, and the milliseconds from its start to its first line and to its end
 * @throws Error with the end of what it wrote to stderr, where it fails
 */
export function launch(command, args, { env, cwd } = {}) {
  const { promise, resolve, reject } = withResolvers();
  const start = performance.now();
  const since = () => performance.now() - start;
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: secondsAllowed * 1e3,
  });
  let [output, errors, firstLine] = ['', ''];
  child.stdout.on('data', (text) => {
    output += text;
    if (output.includes('\n')) firstLine ??= since();
  });
  child.stderr.on('data', (text) => (errors += text));
  child.on('error', ({ code }) => reject(new Error(`${basename(command)} cannot be started: ${code}`)));
  child.on('close', (code, signal) => {
    if (code === 0) resolve({ output, firstLine, end: since() });
    else reject(new Error(reason(errors) || `ended by ${signal ?? `exit code ${code}`}`));
  });
  return promise;
}

/** The line of a stack trace that says what happened, without this machine's paths. */
function reason(errors) {
  const lines = errors.split('\n').filter((line) => line.trim() !== '');
  const line = lines.findLast((line) => /^(\w*Error|npm error)\b/.test(line)) ?? lines.at(-1) ?? '';
  return line.replaceAll(here('..'), '').slice(0, 300);
}

function withResolvers() {
  let resolve, reject;
  const promise = new Promise((...both) => ([resolve, reject] = both));
  return { promise, resolve, reject };
}

/** OpenMP and MKL take their number of threads from here, and threads that wait leave the processor to others. */
const torchEnvironment = (threads) => ({
  OMP_NUM_THREADS: String(threads),
  MKL_NUM_THREADS: String(threads),
  OMP_WAIT_POLICY: 'passive',
});

/** Under which name a peer's programs are in `peers` and in the workloads. */
export const programOf = (peer) => peer.program ?? peer.name;

/** Starts measure.mjs, or measure.py for PyTorch, for one column; `more` are further arguments. */
export function launchMeasurement({ peer, threads }, workload, data, more) {
  const args = ['--workload', workload, '--data', data, '--threads', String(threads), ...more];
  if (peer.name === 'torch')
    return launch(process.env.PYTHON, [here('measure.py'), ...args], { env: torchEnvironment(threads) });
  return launch(peer.node ?? process.execPath, [here('measure.mjs'), '--peer', programOf(peer), ...args]);
}

/** What a measurement printed. */
export async function measure(column, workload, data, more) {
  const { output } = await launchMeasurement(column, workload, data, more);
  return JSON.parse(output.trim().split('\n').at(-1));
}
