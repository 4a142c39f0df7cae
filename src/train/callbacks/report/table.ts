import { markup, type Content, type Markup } from './markup';

/** A table whose first column names its rows; `right` says which columns are numbers, `strong` which rows stand out. */
export function table(
  head: readonly Content[],
  rows: readonly (readonly Content[])[],
  right: readonly boolean[],
  strong: (row: number) => boolean = () => false,
): Markup {
  const side = (column: number) => (right[column] ? 'number' : 'text');
  const heading = head.map((cell, i) => markup`<th scope="col" class="${side(i)}">${cell}</th>`);
  const cell = (content: Content, i: number) =>
    i === 0
      ? markup`<th scope="row" class="${side(i)}">${content}</th>`
      : markup`<td class="${side(i)}">${content}</td>`;
  const body = rows.map((row, i) => markup`<tr${strong(i) ? markup` class="strong"` : ''}>${row.map(cell)}</tr>`);
  return markup`<div class="scroll" tabindex="0"><table><thead><tr>${heading}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** What is said of each name. */
export function definitions(entries: readonly (readonly [name: string, value: Content])[]): Markup {
  return markup`<dl>${entries.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** A part of the page under a heading that says what is seen in it. */
export function section(heading: string, lead: Content, ...content: readonly Content[]): Markup {
  return markup`<section><h2>${heading}</h2>${lead === undefined ? '' : markup`<p class="lead">${lead}</p>`}${content}</section>`;
}
