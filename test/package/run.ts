import { spawnSync } from 'node:child_process';
import { inject } from 'vitest';

/** Runs a program in the project into which the package was installed. */
export function run(command: string, args: readonly string[]) {
  const { folder } = inject('installed');
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** What a program prints as JSON; throws with what it says on stderr where it fails. */
export function runNode(...args: string[]) {
  const { status, stdout, stderr } = run('node', args);
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return JSON.parse(stdout);
}
