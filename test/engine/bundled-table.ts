import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, type Plugin } from 'esbuild';
import type { Report } from './op-table';

const execute = promisify(execFile);

/** Whether multiply-adds are one instruction, or two on a machine that could do it in one. */
export type Arithmetic = 'fused' | 'mul, add';
export interface Way {
  readonly threads: number;
  readonly arithmetic: Arithmetic;
}
export const ways: readonly Way[] = [1, 2, 4].flatMap((threads) => (['fused', 'mul, add'] as const).map((arithmetic) => ({ threads, arithmetic }))); // prettier-ignore

/** The engine with every job shared, however small: the cases of the table are. */
function engine(arithmetic: Arithmetic): Plugin {
  const always = 'export const worthSharing = { instructions: 0, multiplications: 0, packed: 0 };';
  const separate = "export * from 'features'; export const hasMultiplyAdd = () => false;";
  return {
    name: 'engine',
    setup({ onLoad, onResolve }) {
      onLoad({ filter: /wasm\/worth-sharing\.ts$/ }, () => ({ contents: always, loader: 'ts' }));
      if (arithmetic === 'fused') return;
      onResolve({ filter: /^features$/ }, () => ({ path: join(process.cwd(), 'src/backend/wasm/features.ts'), namespace: 'own' })); // prettier-ignore
      onLoad({ filter: /features\.ts$/, namespace: 'own' }, async ({ path }) => ({
        contents: await import('node:fs/promises').then(({ readFile }) => readFile(path, 'utf8')),
        loader: 'ts',
        resolveDir: join(process.cwd(), 'src/backend/wasm'),
      }));
      onLoad({ filter: /wasm\/features\.ts$/, namespace: 'file' }, () => ({ contents: separate, loader: 'ts' }));
    },
  };
}

/** The bundles of the table in a folder of their own; `run` gives what one printed. */
export async function bundledTable() {
  const folder = mkdtempSync(join(tmpdir(), 'decograd-table-'));
  const file = (arithmetic: Arithmetic): string => join(folder, `${arithmetic.replace(', ', '-')}.cjs`);
  for (const arithmetic of ['fused', 'mul, add'] as const)
    await build({
      entryPoints: ['test/engine/op-table.ts'],
      bundle: true,
      platform: 'node',
      conditions: ['decograd-source'],
      external: ['gpu.js'],
      outfile: file(arithmetic),
      plugins: [engine(arithmetic)],
    });
  return {
    folder,
    /** All cases, under the Node at this path. */
    async run(node: string, { threads, arithmetic }: Way, flags: readonly string[] = []): Promise<Report> {
      const { stdout } = await execute(node, [...flags, file(arithmetic), String(threads)]);
      return JSON.parse(stdout) as Report;
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
