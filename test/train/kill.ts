import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';

/** A program of this folder in one file, which starts fast. */
export async function bundled(name: string, folder: string): Promise<string> {
  const outfile = join(folder, `${name}.cjs`);
  await build({ entryPoints: [`test/train/${name}.ts`], outfile, bundle: true, platform: 'node', format: 'cjs', conditions: ['decograd-source'], external: ['gpu.js'], logLevel: 'error' }); // prettier-ignore
  return outfile;
}

/** Runs a program, and ends it with SIGKILL so many milliseconds after it said `now`; what it printed if it ended before. */
export function killed(program: string, args: readonly string[], after?: number): Promise<string | undefined> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors, timer] = ['', '', undefined as NodeJS.Timeout | undefined];
  child.stderr.on('data', (text) => (errors += text));
  child.stdout.on('data', (text: Buffer) => {
    output += String(text);
    if (after !== undefined && output.startsWith('now')) timer ??= setTimeout(() => child.kill('SIGKILL'), after);
  });
  return new Promise((resolve, reject) => {
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (signal === 'SIGKILL') resolve(undefined);
      else if (code === 0) resolve(output.replace('now\n', '').trim());
      else reject(new Error(`${args.join(' ')} ended with ${code}: ${errors}`));
    });
  });
}

/** What a program says on its standard error when it fails, under a shell's limit on the size of files. */
export function failure(program: string, args: readonly string[], fileBlocks: number, uid?: number): Promise<string> {
  const command = `ulimit -f ${fileBlocks}; exec "$@"`;
  const child = spawn('bash', ['-c', command, '-', process.execPath, program, ...args], { uid, stdio: ['ignore', 'ignore', 'pipe'] }); // prettier-ignore
  let errors = '';
  child.stderr.on('data', (text) => (errors += text));
  return new Promise((resolve) => child.on('close', () => resolve(errors)));
}

/** Runs the program again and again, killed each time, `kills` times, and then to its end. */
export async function killedRun(program: string, args: readonly string[], kills: number, longest: number) {
  for (let i = 0; i < kills; i++)
    if ((await killed(program, args, Math.random() * longest)) !== undefined)
      throw new Error(`it ended after ${i} of ${kills} kills: let it train for longer`);
  return killed(program, args);
}
