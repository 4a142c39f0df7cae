// The arguments of `npm run bench`.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

export const usage = `npm run bench -- [options]
  --only mlp,tiny            workloads by name, or by the beginning of it (matmul); 'cold' is the cold start. Default: all
  --peers torch,decograd     Default: all that are here
  --threads N                the larger of the two numbers of threads. Default: the number of processors
  --rounds N                 how often each is measured; the best counts. Default: 3
  --seconds S                how long one measurement steps. Default: 2
  --wait S                   how long a quiet machine is awaited before each, at most. Default: 20
  --write                    writes bench/RESULTS.md`;

const given = {
  only: { type: 'string' },
  peers: { type: 'string' },
  threads: { type: 'string', default: String(availableParallelism()) },
  rounds: { type: 'string', default: '3' },
  seconds: { type: 'string', default: '2' },
  wait: { type: 'string', default: '20' },
  write: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

/** @throws Error for what is no option, and for a number that is none or too small */
export function readOptions(args) {
  const { values } = parseArgs({ args, options: given });
  return {
    ...values,
    only: list(values.only),
    peers: list(values.peers),
    threads: number('threads', values.threads, 1),
    rounds: number('rounds', values.rounds, 1),
    seconds: number('seconds', values.seconds, 0.01),
    wait: number('wait', values.wait, 0),
  };
}

/** The names in a list with commas; undefined where there is none. */
export const list = (text) => text?.split(',').map((name) => name.trim());

export function number(name, text, least) {
  const value = Number(text);
  const whole = ['threads', 'rounds', 'runs'].includes(name);
  if (!(value >= least) || (whole && !Number.isInteger(value)))
    throw new Error(`--${name} takes a ${whole ? 'whole ' : ''}number of at least ${least}, not '${text}'`);
  return value;
}

/** The entries that the list names, by name or by the beginning of it up to a dash; all where there is no list. */
export function chosen(entries, list, option) {
  if (!list) return entries;
  const names = (wanted) => entries.filter(({ name }) => name === wanted || name.startsWith(`${wanted}-`));
  const unknown = list.filter((wanted) => names(wanted).length === 0);
  if (unknown.length > 0)
    throw new Error(
      `--${option}: there is no ${unknown.join(', ')}; there are ${entries.map(({ name }) => name).join(', ')}`,
    );
  return entries.filter((entry) => list.some((wanted) => names(wanted).includes(entry)));
}
