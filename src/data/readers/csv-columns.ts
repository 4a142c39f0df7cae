import { ValueError } from '../../core/errors';

/** What a column of a table holds. */
export type ColumnType = 'float32' | 'int32' | 'bool' | 'string';
/** A column's values. Missing ones are NaN among float32, null among strings. */
export type Column = Float32Array | Int32Array | Uint8Array | readonly (string | null)[];

/** A field as it is written, or null where it is missing. */
type Field = string | null;

const numeric = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
// Maps: a text such as 'constructor' is a name that every object has
const special = new Map([['nan', NaN], ['inf', Infinity], ['infinity', Infinity]]); // prettier-ignore

/** The number that a field spells, or undefined. */
function numberOf(field: string): number | undefined {
  const text = field.trim();
  if (numeric.test(text)) return Number(text);
  const sign = text.startsWith('-') ? -1 : 1;
  const found = special.get(text.replace(/^[+-]/, '').toLowerCase());
  return found === undefined ? undefined : sign * found;
}

function wholeOf(field: string): number | undefined {
  const number = numberOf(field);
  return number !== undefined && Number.isInteger(number) && number === (number | 0) ? number : undefined;
}

const truths = new Map([['true', 1], ['false', 0]]); // prettier-ignore
const truthOf = (field: string): number | undefined => truths.get(field.trim().toLowerCase());

const readers = { float32: numberOf, int32: wholeOf, bool: truthOf } as const;
const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/** The narrowest type that all fields fit: bool and int32 only where none is missing. */
export function typeOf(fields: readonly Field[]): ColumnType {
  const present = fields.filter((field) => field !== null);
  const candidates =
    present.length === fields.length ? (['bool', 'int32', 'float32'] as const) : (['float32'] as const);
  return candidates.find((type) => present.every((field) => readers[type](field) !== undefined)) ?? 'string';
}

/** @throws ValueError, naming the line, for a field that is not of the type, or missing where the type has no way to say so */
export function columnOf(fields: readonly Field[], type: ColumnType, where: (row: number) => string): Column {
  if (type === 'string') return fields;
  const values = new arrays[type](fields.length);
  fields.forEach((field, row) => {
    const value = field === null ? (type === 'float32' ? NaN : undefined) : readers[type](field);
    const shown = field === null ? 'a missing value' : JSON.stringify(field);
    if (value === undefined) throw new ValueError(`${where(row)}: ${shown} is no ${type}`);
    values[row] = value;
  });
  return values;
}
