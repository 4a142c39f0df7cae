import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allSamples } from '../ops/fixtures';
import { bundledTable, ways } from './bundled-table';

let table: Awaited<ReturnType<typeof bundledTable>>;
beforeAll(async () => void (table = await bundledTable()));
afterAll(() => table.remove());

/** The path of a Node of this version, from the package that carries its binary. */
function nodeOf(version: string): string {
  const folder = join(table.folder, `node${version}`);
  const carrier = `node-${process.platform}-${process.arch}`;
  const options = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder];
  execFileSync('npm', ['install', ...options, `${carrier}@${version}`], { stdio: 'pipe' });
  return join(folder, 'node_modules', carrier, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/** Vectors become wider ones in optimised code only, which V8 writes for what runs often; so it is told not to wait. */
const optimised = ['--no-liftoff'];
const canJoin = process.arch === 'x64' && (process.platform !== 'linux' || readFileSync('/proc/cpuinfo', 'latin1').includes(' avx2 ')); // prettier-ignore

describe.each(['24', '26'])('the whole op table on Node %s, with vectors joined', (version) => {
  let node = '';
  beforeAll(() => void (node = nodeOf(version)));

  test.each(ways)('$threads threads, $arithmetic', async (way) => {
    const report = await table.run(node, way, optimised);
    expect(report.wrong).toEqual([]);
    expect(report.joined).toBe(canJoin);
  });
});

describe.each(['20', '22', '24'])('the whole op table on Node %s', (version) => {
  let node = '';
  beforeAll(() => void (node = nodeOf(version)));

  test.each(ways)('$threads threads, $arithmetic', async (way) => {
    const report = await table.run(node, way);
    expect(report.wrong).toEqual([]);
    expect(report.node).toMatch(new RegExp(`^v${version}\\.`));
    expect(report.fused).toBe(way.arithmetic === 'fused');
    expect(report.cases).toBe(allSamples.length);
    if (way.threads > 1) expect(report.shared).toBeGreaterThan(report.cases / 4);
  });
});
