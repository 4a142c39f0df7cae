import { showShape } from '../../core/shape';
import { alignedTable } from '../../core/table';
import { summary, type Summary } from './summary';
import type { StateFile } from './state-file';

const grouped = (value: number): string => value.toLocaleString('en-US');
const figure = (value: number | null): string => (value === null ? '' : String(Number(value.toPrecision(5))));

const columns: readonly { readonly name: string; readonly of: (values: Summary) => string }[] = [
  { name: 'min', of: ({ min }) => figure(min) },
  { name: 'mean', of: ({ mean }) => figure(mean) },
  { name: 'max', of: ({ max }) => figure(max) },
  { name: 'not finite', of: ({ strange }) => (strange === 0 ? '' : grouped(strange)) },
];

/**
 * A file's tensors as people read them, and their sum.
 * @param sources the name in the file by the one that is shown
 * @param withValues whether they are read, one after the other
 */
export async function tensorTable(
  file: StateFile,
  sources: ReadonlyMap<string, string>,
  withValues: boolean,
): Promise<string> {
  const head = ['path', 'shape', 'dtype', 'bytes', ...(withValues ? columns.map(({ name }) => name) : [])];
  const rows: string[][] = [];
  let total = 0;
  for (const [name, old] of sources) {
    const { shape, dtype, bytes } = file.entries.get(old)!;
    const values = withValues ? summary(await (await file.tensor(old)).data()) : undefined;
    rows.push([name, showShape(shape), dtype, grouped(bytes), ...(values ? columns.map(({ of }) => of(values)) : [])]);
    total += bytes;
  }
  const table = alignedTable([head, ...rows], head.map((_, i) => i >= 3)); // prettier-ignore
  return `${table}\n\n${grouped(rows.length)} ${rows.length === 1 ? 'tensor' : 'tensors'}, ${grouped(total)} bytes`;
}
