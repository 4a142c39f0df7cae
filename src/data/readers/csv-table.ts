import { DTypeError, ValueError } from '../../core/errors';
import { suggest } from '../../core/options';
import { tensor, type Tensor } from '../../tensor';
import { checkIndex, type Dataset } from '../dataset';
import type { Column, ColumnType } from './csv-columns';

/** A row by the names of its columns; null where a value is missing. */
export type Row = Readonly<Record<string, number | boolean | string | null>>;

/** A table whose columns have names and types. As a dataset its samples are its rows. */
export class CsvTable implements Dataset<Row> {
  constructor(
    readonly names: readonly string[],
    readonly types: Readonly<Record<string, ColumnType>>,
    private readonly columns: ReadonlyMap<string, Column>,
    /** The number of rows. */
    readonly length: number,
  ) {}

  /**
   * The values of a column: a typed array for numbers and bools, a list for strings.
   * @throws ValueError for a name that no column has
   */
  column(name: string): Column {
    const column = this.columns.get(name);
    if (column) return column;
    throw new ValueError(`CsvTable: there is no column '${name}'; ${suggest(name, this.names)}`);
  }

  /**
   * One column as [rows] in its own dtype, or several as float32 [rows, columns].
   * @throws ValueError for a name that no column has, DTypeError for a column of strings
   * @example new TensorDataset(table.tensor(['height', 'weight']), table.tensor('label'));
   */
  tensor(names: string | readonly string[]): Tensor {
    if (typeof names === 'string') return tensor(this.numbers(names), { dtype: this.dtypeOf(names) });
    const columns = names.map((name) => this.numbers(name));
    const values = new Float32Array(this.length * names.length);
    columns.forEach((column, k) => column.forEach((value, row) => (values[row * names.length + k] = value)));
    return tensor(values, { shape: [this.length, names.length] });
  }

  get(index: number): Row {
    checkIndex('CsvTable', index, this.length);
    return Object.fromEntries(this.names.map((name) => [name, this.value(name, index)]));
  }

  private value(name: string, row: number): Row[string] {
    const value = this.column(name)[row];
    if (this.types[name] === 'bool') return value === 1;
    return Number.isNaN(value) ? null : value;
  }
  private numbers(name: string): Float32Array | Int32Array | Uint8Array {
    const column = this.column(name);
    if (ArrayBuffer.isView(column)) return column;
    throw new DTypeError(`CsvTable: column '${name}' holds strings, which no tensor does; map them to numbers first`);
  }
  private dtypeOf(name: string): 'float32' | 'int32' | 'bool' {
    return this.types[name] as 'float32' | 'int32' | 'bool'; // numbers() has refused strings
  }
}
