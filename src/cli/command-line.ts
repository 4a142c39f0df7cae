import { parseArgs } from 'node:util';
import { suggest } from '../core/options';
import { messageOf, UsageError } from './usage';

export const formats = ['table', 'json', 'md', 'csv'] as const;
export type Format = (typeof formats)[number];

/** What `decograd inventory` was asked for. */
export interface InventoryRequest {
  readonly command: 'inventory';
  readonly file: string;
  readonly export?: string;
  readonly format?: Format;
  readonly check?: string;
}

/** What `decograd doctor` was asked for. */
export interface DoctorRequest {
  readonly command: 'doctor';
  readonly json: boolean;
  /** For how long each device is measured. */
  readonly seconds: number;
}
export type Request = InventoryRequest | DoctorRequest | { readonly command: 'help' };

const options = {
  export: { type: 'string' },
  format: { type: 'string' },
  check: { type: 'string' },
  json: { type: 'boolean' },
  seconds: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Values = ReturnType<typeof parse>['values'];

/** Each command: which options it takes, and what it makes of them and of its other arguments. */
const commands = {
  inventory: { takes: ['export', 'format', 'check'], read: readInventory },
  doctor: { takes: ['json', 'seconds'], read: readDoctor },
} as const;

/** Reads the arguments behind `decograd`. */
export function readCommandLine(args: readonly string[]): Request {
  const { values, positionals } = parse(args);
  const [command, ...rest] = positionals;
  if (values.help) return { command: 'help' };
  if (!isCommand(command)) {
    const what = command === undefined ? 'no command' : `there is no command '${command}'`;
    throw new UsageError(`${what}; use ${Object.keys(commands).join(' or ')}`);
  }
  const { takes, read } = commands[command];
  const other = Object.keys(values).find((name) => !(takes as readonly string[]).includes(name));
  if (other !== undefined) throw new UsageError(`${command} takes no --${other}; ${suggest(other, takes)}`);
  return read(values, rest);
}

const isCommand = (name: string | undefined): name is keyof typeof commands =>
  name !== undefined && Object.hasOwn(commands, name);

function readInventory({ export: name, format, check }: Values, [file, ...more]: readonly string[]): Request {
  if (file === undefined) throw new UsageError('inventory needs a FILE: npx decograd inventory FILE');
  if (more.length > 0) throw new UsageError(`inventory takes one FILE; '${more.join(' ')}' is too much`);
  if (format !== undefined && !isFormat(format))
    throw new UsageError(`there is no format '${format}'; use ${formats.join(', ')}`);
  return { command: 'inventory', file, export: name, format, check };
}

function readDoctor({ json = false, seconds = '1' }: Values, more: readonly string[]): Request {
  if (more.length > 0) throw new UsageError(`doctor takes no FILE; '${more.join(' ')}' is too much`);
  const value = Number(seconds);
  if (seconds.trim() === '' || !(value > 0 && value <= 1))
    throw new UsageError(`--seconds '${seconds}' is not more than 0 and at most 1`);
  return { command: 'doctor', json, seconds: value };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${messageOf(error)}; see npx decograd --help`);
  }
}

function isFormat(text: string): text is Format {
  return (formats as readonly string[]).includes(text);
}
