import { parseArgs } from 'node:util';
import { suggest } from '../core/options';
import type { MigrationRules } from '../module';
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

/** What `decograd checkpoint` was asked for. */
export interface CheckpointRequest {
  readonly command: 'checkpoint';
  /** A file, or a folder of checkpoints. */
  readonly path: string;
  readonly values: boolean;
  readonly model?: { readonly file: string; readonly name?: string };
  readonly migrate: MigrationRules;
  readonly out?: string;
}
export type Request = InventoryRequest | DoctorRequest | CheckpointRequest | { readonly command: 'help' | 'version' };

const options = {
  export: { type: 'string' },
  format: { type: 'string' },
  check: { type: 'string' },
  json: { type: 'boolean' },
  seconds: { type: 'string' },
  values: { type: 'boolean' },
  model: { type: 'string' },
  migrate: { type: 'string', multiple: true },
  out: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parse>['values'];

/** Each command: which options it takes, and what it makes of them and of its other arguments. */
const commands = {
  inventory: { takes: ['export', 'format', 'check'], read: readInventory },
  doctor: { takes: ['json', 'seconds'], read: readDoctor },
  checkpoint: { takes: ['values', 'model', 'migrate', 'out'], read: readCheckpoint },
} as const;

/** Reads the arguments behind `decograd`. */
export function readCommandLine(args: readonly string[]): Request {
  const { values, positionals } = parse(args);
  const [command, ...rest] = positionals;
  if (values.help || command === 'help') return { command: 'help' };
  if (values.version) return { command: 'version' };
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

function readInventory({ export: name, format, check }: Values, [given, ...more]: readonly string[]): Request {
  if (given === undefined) throw new UsageError('inventory needs a FILE: npx decograd inventory FILE');
  if (more.length > 0) throw new UsageError(`inventory takes one FILE; '${more.join(' ')}' is too much`);
  const { file, name: named } = fileAndExport(given);
  if (format !== undefined && !isFormat(format))
    throw new UsageError(`there is no format '${format}'; use ${formats.join(', ')}`);
  return { command: 'inventory', file, export: name ?? named, format, check };
}

function readDoctor({ json = false, seconds = '1' }: Values, more: readonly string[]): Request {
  if (more.length > 0) throw new UsageError(`doctor takes no FILE; '${more.join(' ')}' is too much`);
  const value = Number(seconds);
  if (seconds.trim() === '' || !(value > 0 && value <= 1))
    throw new UsageError(`--seconds '${seconds}' is not more than 0 and at most 1`);
  return { command: 'doctor', json, seconds: value };
}

function readCheckpoint(
  { values = false, model, migrate = [], out }: Values,
  [path, ...more]: readonly string[],
): Request {
  if (path === undefined) throw new UsageError('checkpoint needs a FILE or FOLDER: npx decograd checkpoint FILE');
  if (more.length > 0) throw new UsageError(`checkpoint takes one FILE; '${more.join(' ')}' is too much`);
  if (out !== undefined && migrate.length === 0) throw new UsageError('--out is where --migrate writes; give both');
  return { command: 'checkpoint', path, values, model: readModel(model), migrate: readRules(migrate), out };
}

function readModel(text: string | undefined): CheckpointRequest['model'] {
  if (text === undefined) return undefined;
  if (text.startsWith('#') || text.endsWith('#')) throw new UsageError(`--model '${text}' is no FILE#EXPORT`);
  return fileAndExport(text);
}

/** `FILE#NAME`, or a file alone. */
function fileAndExport(text: string): { file: string; name?: string } {
  const at = text.lastIndexOf('#');
  return at < 0 ? { file: text } : { file: text.slice(0, at), name: text.slice(at + 1) };
}

/** `old=new`; nothing behind the sign drops. */
function readRules(texts: readonly string[]): MigrationRules {
  const rules = new Map<string, string | null>();
  for (const text of texts) {
    const [old, ...rest] = text.split('=');
    if (rest.length !== 1 || old === '')
      throw new UsageError(`--migrate '${text}' is no OLD=NEW, such as 'fc.*=head.*'; 'fc.*=' drops`);
    if (rules.has(old)) throw new UsageError(`--migrate gives '${old}' twice`);
    rules.set(old, rest[0] === '' ? null : rest[0]);
  }
  return Object.fromEntries(rules);
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
