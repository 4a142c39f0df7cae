// Scripts that take options.
import { parseArgs } from 'node:util';

/** What each number is at least; some are counted. */
const least = { threads: 1, rounds: 1, runs: 1, seconds: 0.01, wait: 0 };
const counted = ['threads', 'rounds', 'runs'];

/** Runs `main` with the options of this process, as `readOptions` reads them; or says what is wrong with them, or `usage`. */
export async function command(usage, defaults, main) {
  try {
    const options = readOptions(process.argv.slice(2), defaults);
    if (options.help) console.log(usage);
    else await main(options);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

/**
 * Each option is as its default is: a number, a flag (false), or a list of names with commas (undefined).
 * @throws Error for what is no option, and for a number that is none or too small
 */
export function readOptions(args, defaults) {
  const given = { ...defaults, help: false };
  const types = Object.entries(given).map(([name, value]) => [name, { type: value === false ? 'boolean' : 'string' }]);
  const { values } = parseArgs({ args, options: Object.fromEntries(types) });
  for (const [name, value] of Object.entries(values))
    if (typeof value === 'string') values[name] = typeof given[name] === 'number' ? number(name, value) : names(value);
  return { ...given, ...values };
}

const names = (text) => text.split(',').map((name) => name.trim());

function number(name, text) {
  const value = Number(text);
  const whole = counted.includes(name);
  if (!(value >= least[name]) || (whole && !Number.isInteger(value)))
    throw new Error(`--${name} takes a ${whole ? 'whole ' : ''}number of at least ${least[name]}, not '${text}'`);
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
