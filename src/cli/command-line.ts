import { parseArgs } from 'node:util';
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
export type Request = InventoryRequest | { readonly command: 'help' };

const options = {
  export: { type: 'string' },
  format: { type: 'string' },
  check: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads the arguments behind `decograd`. */
export function readCommandLine(args: readonly string[]): Request {
  const { values, positionals } = parse(args);
  const [command, file, ...more] = positionals;
  if (values.help) return { command: 'help' };
  if (command !== 'inventory')
    throw new UsageError(`${command === undefined ? 'no command' : `there is no command '${command}'`}; use inventory`);
  if (file === undefined) throw new UsageError('inventory needs a FILE: npx decograd inventory FILE');
  if (more.length > 0) throw new UsageError(`inventory takes one FILE; '${more.join(' ')}' is too much`);
  const { export: name, format, check } = values;
  if (format !== undefined && !isFormat(format))
    throw new UsageError(`there is no format '${format}'; use ${formats.join(', ')}`);
  return { command, file, export: name, format, check };
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
