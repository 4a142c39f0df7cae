// `npm run bench`: decograd and its peers on the same work, measured in the same call. See README.md.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findColumns } from './columns.mjs';
import { writeData } from './data.mjs';
import { chosen, readOptions, usage } from './options.mjs';
import { report } from './report.mjs';
import { coldStart, Rounds } from './rounds.mjs';
import { allWorkloads } from './workloads/index.mjs';

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

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) console.log(usage);
  else await main(options);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
