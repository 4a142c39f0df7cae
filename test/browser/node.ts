import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundle } from './bundle';
import { softwareVulkan } from './missing.mjs';
import type { Place } from './place';

const execute = promisify(execFile);
/** Inside this folder, for Node to find its `webgpu`. */
const cache = 'test/browser/.cache';

/** Plain Node; every run is a process of its own, which has to end by itself. */
export async function openNode(): Promise<Place> {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'node-'));
  const file = join(folder, 'program.cjs');
  writeFileSync(file, await bundle('test/browser/in-node.ts', 'node'));
  const env = { ...process.env, VK_ICD_FILENAMES: softwareVulkan() };
  return {
    async run(name, device) {
      const { stdout } = await execute(process.execPath, ['--expose-gc', file, name, device], { env, maxBuffer: 2 ** 28, timeout: 300_000 }); // prettier-ignore
      return JSON.parse(stdout);
    },
    close: async () => rmSync(folder, { recursive: true }),
  };
}
