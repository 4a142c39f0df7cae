import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestProject } from 'vitest/node';

/** What `npm pack` and `npm install` did. */
export interface Installed {
  /** The project that was empty before. */
  readonly folder: string;
  /** Files in the tarball. */
  readonly files: readonly string[];
  /** Bytes of the tarball. */
  readonly size: number;
  readonly seconds: number;
  /** What npm printed, scripts of packages included. */
  readonly output: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    installed: Installed;
  }
}

/** Packs the package and installs it into an empty project. */
export function setup(project: TestProject): () => void {
  if (!existsSync('dist/index.mjs')) throw new Error('there is no dist: npm run build comes first');
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'decograd-package-')));
  const [packed] = JSON.parse(npm('.', 'pack', '--json', '--ignore-scripts', '--pack-destination', folder));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', version: '1.0.0', private: true }));
  const start = performance.now();
  const output = npm(folder, 'install', '--foreground-scripts', '--prefer-offline', '--no-audit', '--no-fund', join(folder, packed.filename)); // prettier-ignore
  const seconds = (performance.now() - start) / 1000;
  cpSync('test/package/consumers', folder, { recursive: true });
  const files = packed.files.map((file: { path: string }) => file.path);
  project.provide('installed', { folder, files, size: packed.size, seconds, output });
  console.log(`packed ${(packed.size / 1024).toFixed(0)} kB, installed in ${seconds.toFixed(1)} s`);
  return () => rmSync(folder, { recursive: true, force: true });
}

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
