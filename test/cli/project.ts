import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll } from 'vitest';
import { linkPackage } from '../dialects/linked-package';

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Project {
  readonly folder: string;
  /** Runs `decograd` there. */
  decograd(...args: string[]): Ran;
  /** Runs it with these options of Node's own. */
  decogradWith(nodeOptions: string, ...args: string[]): Ran;
  write(files: Readonly<Record<string, string>>): void;
}

/** Makes projects that find this library as `decograd`, and packages of this repository where a test names them; they are removed after the tests of the file. */
export function projects(name: string): (files: Record<string, string>, ...compilers: string[]) => Project {
  const library = join(linkPackage(name), 'node_modules/decograd');
  const folders: string[] = [];
  afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));
  return (files, ...compilers) => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'decograd-cli-')));
    folders.push(folder);
    const link = (target: string, as: string): void => {
      mkdirSync(dirname(join(folder, 'node_modules', as)), { recursive: true });
      symlinkSync(target, join(folder, 'node_modules', as));
    };
    link(library, 'decograd');
    // 'typescript-7 as typescript' puts one package in another's place
    for (const compiler of compilers) {
      const [from, as = from] = compiler.split(' as ');
      link(resolve('node_modules', from!), as!);
    }
    const write = (more: Readonly<Record<string, string>>): void => {
      for (const [path, text] of Object.entries(more)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
    };
    write(files);
    const decogradWith = (nodeOptions: string, ...args: string[]): Ran => {
      const command = join(folder, 'node_modules/decograd/dist/cli.mjs');
      const env = { ...process.env, NODE_OPTIONS: nodeOptions };
      const { status, stdout, stderr } = spawnSync('node', [command, ...args], { cwd: folder, encoding: 'utf8', env });
      return { status, stdout, stderr };
    };
    const decograd = (...args: string[]): Ran => decogradWith(process.env['NODE_OPTIONS'] ?? '', ...args);
    return { folder, decograd, decogradWith, write };
  };
}

/** The paths in an inventory that was printed as JSON; throws with stderr where there is none. */
export function pathsOf({ status, stdout, stderr }: Ran): string[] {
  if (status !== 0) throw new Error(`exit code ${status}: ${stderr}`);
  return JSON.parse(stdout).entries.map((entry: { path: string }) => entry.path);
}
