// The op table on the WebAssembly engine, as a program of its own: bundled, it runs under any Node. Prints a report.
import { device, setThreads } from 'decograd';
import { hasMultiplyAdd, joinsVectors } from '../../src/backend/wasm/features';
import { Pool } from '../../src/backend/wasm/pool';
import { mismatch } from '../ops/compare';
import { allSamples } from '../ops/fixtures';

export interface Report {
  readonly node: string;
  readonly fused: boolean;
  /** Whether vectors become wider ones. */
  readonly joined: boolean;
  readonly cases: number;
  /** Functions that threads shared. */
  readonly shared: number;
  readonly wrong: readonly string[];
}

let shared = 0;
const { run } = Pool.prototype;
Pool.prototype.run = function (...args) {
  shared++;
  run.apply(this, args);
};

async function main(threads: number): Promise<void> {
  await device('wasm');
  setThreads(threads);
  const wrong: string[] = [];
  for (const sample of allSamples) {
    const found = await mismatch(sample);
    if (found !== null) wrong.push(found);
  }
  const [fused, joined] = [hasMultiplyAdd(), joinsVectors()];
  const report: Report = { node: process.version, fused, joined, cases: allSamples.length, shared, wrong };
  console.log(JSON.stringify(report));
}

void main(Number(process.argv[2]));
