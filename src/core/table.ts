/** Rows of text in aligned columns, the first row as headings; `right` says which columns are numbers. */
export function alignedTable(rows: readonly (readonly string[])[], right: readonly boolean[]): string {
  const widths = right.map((_, i) => rows.reduce((most, row) => Math.max(most, row[i].length), 0));
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (right[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join('  ').trimEnd(); // prettier-ignore
  const [head, ...body] = rows.map(line);
  return [head, widths.map((width) => '-'.repeat(width)).join('  '), ...body].join('\n');
}

/** A line of CSV with its end, as RFC 4180 has it. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
