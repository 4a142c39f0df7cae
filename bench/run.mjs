// `npm run bench`: decograd and its peers on the same work, measured in the same call. See README.md.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { findColumns } from './columns.mjs';
import { writeData } from './data.mjs';
import { chosen, command } from './options.mjs';
import { report } from './report.mjs';
import { coldStart, Rounds } from './rounds.mjs';
import { allWorkloads } from './workloads/index.mjs';

const usage = `npm run bench -- [options]
  --only mlp,tiny            workloads by name, or by the beginning of it (matmul); 'cold' is the cold start. Default: all
  --peers torch,decograd     Default: all that are here
  --threads N                the larger of the two numbers of threads. Default: the number of processors
  --rounds N                 how often each is measured; the best counts. Default: 3
  --seconds S                how long one measurement steps. Default: 2
  --wait S                   how long a quiet machine is awaited before each, at most. Default: 20
  --write                    writes bench/RESULTS.md`;

const defaults = {
  only: undefined,
  peers: undefined,
  threads: availableParallelism(),
  rounds: 3,
  seconds: 2,
  wait: 20,
  write: false,
};

const data = fileURLToPath(new URL('../.cache/bench', import.meta.url));
const resultsFile = new URL('RESULTS.md', import.meta.url);

async function main(options) {
  const everything = await allWorkloads();
  const picked = chosen([...everything, coldStart], options.only, 'only');
  const workloads = picked.filter((workload) => workload !== coldStart);
  const { columns, versions, notes } = await findColumns(options);
  for (const note of notes) console.log(note);
  if (columns.length === 0) throw new Error('there is no peer to measure');
  writeData(data, everything);
  const rounds = new Rounds(data, columns, options);
  for (const workload of workloads) await rounds.compareValues(workload);
  for (let round = 1; round <= options.rounds; round++) {
    console.log(`round ${round} of ${options.rounds}`);
    for (const workload of picked) await rounds.measure(workload);
  }
  await rounds.explain(workloads.filter(({ isModel }) => isModel));
  const text = report({ workloads, columns, versions, notes, options, results: rounds.results });
  console.log(`\n${text}`);
  if (options.write) writeFileSync(resultsFile, text);
}

await command(usage, defaults, main);
