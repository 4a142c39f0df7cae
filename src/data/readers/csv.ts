import { ValueError } from '../../core/errors';
import { checkOptions, suggest } from '../../core/options';
import { flagOf } from '../../module/option-checks';
import { show } from '../../module/shape-declaration';
import { columnOf, typeOf, type Column, type ColumnType } from './csv-columns';
import { CsvTable } from './csv-table';
import { checkPath, files } from './files';

export interface CsvOptions {
  /** Whether the first record names the columns. Default true; without it they are `0`, `1` and so on, or `names`. */
  readonly header?: boolean;
  /** What columns are called, in place of the header. */
  readonly names?: readonly string[];
  /** What columns hold. Default: the narrowest of bool, int32, float32 and string that fits all values. */
  readonly types?: Readonly<Record<string, ColumnType>>;
  /** Between fields. Default ','. */
  readonly delimiter?: string;
  /** How missing values are written. Default: nothing, ['']. */
  readonly missing?: readonly string[];
}

const known = ['header', 'names', 'types', 'delimiter', 'missing'];
const types: readonly string[] = ['float32', 'int32', 'bool', 'string'];

/**
 * Reads a file of comma-separated values, UTF-8, as `parseCsv` does.
 * @throws ValueError where there is no such file, or it is no UTF-8, else as parseCsv; DeviceError where there are no files
 * @example const table = await readCsv('iris.csv', { types: { species: 'string' } });
 */
export async function readCsv(path: string, options: CsvOptions = {}): Promise<CsvTable> {
  const fs = files('readCsv', 'parseCsv takes text');
  checkPath('readCsv', path, fs);
  const where = `readCsv: ${path}`;
  return parse(decoded(await fs.promises.readFile(path), where), options, where);
}

function decoded(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ValueError(
      `${where}: this is no UTF-8 text; give parseCsv the text, new TextDecoder('windows-1252').decode(bytes)`,
    );
  }
}

/**
 * A table from comma-separated values. Fields may be quoted and then hold delimiters, line ends and doubled quotes; empty lines
 * are passed over. Missing values are NaN in columns of float32 and null among strings.
 *
 * Source: RFC 4180
 * @throws ValueError, naming the line, for records of other lengths, quotes out of place, or values that are not of their
 *   column's type; for columns that share a name; for options out of range
 * @example
 * const table = await parseCsv('height,label\n1.5,0\n1.8,1\n');
 * const dataset = new TensorDataset(table.tensor(['height']), table.tensor('label'));
 */
export function parseCsv(text: string, options: CsvOptions = {}): Promise<CsvTable> {
  return parse(text, options, 'parseCsv');
}

async function parse(text: string, options: CsvOptions, where: string): Promise<CsvTable> {
  checkCsv(options, where);
  const { header = true, missing = [''] } = options;
  const records = await recordsOf(text, options.delimiter ?? ',', where);
  const first = header ? records.shift() : undefined;
  const names = namesOf(first?.fields ?? records[0]?.fields.map((_, i) => String(i)), options.names, where);
  checkTypes(options.types ?? {}, names, where);
  const given = new Map(Object.entries(options.types ?? {}));
  const found = new Map<string, ColumnType>();
  const columns = new Map<string, Column>();
  names.forEach((name, k) => {
    const fields = records.map((record) => (missing.includes(record.fields[k]) ? null : record.fields[k]));
    const type = given.get(name) ?? typeOf(fields);
    found.set(name, type);
    columns.set(
      name,
      columnOf(fields, type, (row) => `${where}, line ${records[row].line}, column '${name}'`),
    );
  });
  return new CsvTable(names, Object.fromEntries(found), columns, records.length);
}

interface CsvRecord {
  readonly fields: readonly string[];
  /** Where it begins, from 1 on. */
  readonly line: number;
}

/** Loaded when a table is read; the build for browsers needs nothing of Node and runs there too. */
async function recordsOf(text: string, delimiter: string, where: string): Promise<CsvRecord[]> {
  const csv = await import('csv-parse/browser/esm/sync');
  try {
    const options = { bom: true, info: true, skip_empty_lines: true, delimiter } as const;
    const found = csv.parse(text, options) as unknown as { record: string[]; info: { lines: number } }[];
    return found.map(({ record, info }) => ({ fields: record, line: info.lines - lineEnds(record) }));
  } catch (error) {
    if (!(error instanceof csv.CsvError)) throw error;
    throw new ValueError(`${where}: ${error.message}`);
  }
}

const lineEnds = (fields: readonly string[]): number =>
  fields.reduce((count, field) => count + (field.match(/\r\n|\n|\r/g)?.length ?? 0), 0);

function namesOf(
  written: readonly string[] | undefined,
  given: readonly string[] | undefined,
  where: string,
): readonly string[] {
  if (written === undefined) throw new ValueError(`${where}: there is nothing to read; a table has at least a header`);
  const names = given ?? written.map((name) => name.trim());
  if (names.length !== written.length)
    throw new ValueError(`${where}: names has ${names.length} names for ${written.length} columns; give one for each`);
  const twice = names.find((name, k) => names.indexOf(name) !== k);
  if (twice !== undefined) throw new ValueError(`${where}: two columns are called '${twice}'; give other names`);
  return names;
}

function checkCsv(options: CsvOptions, where: string): void {
  checkOptions(where, options, known);
  const { header = true, delimiter = ',', missing = [], names = [] } = options;
  flagOf(where, 'header', header);
  if (typeof delimiter !== 'string' || delimiter === '' || /["\r\n]/.test(delimiter))
    throw new ValueError(`${where}: delimiter must be text without quotes and line ends, not ${show(delimiter)}`);
  for (const [option, list] of Object.entries({ missing, names }))
    if (!Array.isArray(list) || !list.every((text) => typeof text === 'string'))
      throw new ValueError(`${where}: ${option} must be a list of texts, not ${show(list)}`);
}

function checkTypes(given: Readonly<Record<string, ColumnType>>, names: readonly string[], where: string): void {
  for (const [name, type] of Object.entries(given)) {
    if (!names.includes(name)) throw new ValueError(`${where}: types names '${name}'; ${suggest(name, names)}`);
    if (!types.includes(type))
      throw new ValueError(`${where}: the type of '${name}' must be one of ${types.join(', ')}, not ${show(type)}`);
  }
}
