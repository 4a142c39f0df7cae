/** Text that is HTML already. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What may stand in a template: text, which is escaped; markup; lists of them. Nothing is written for undefined. */
export type Content = string | number | undefined | Markup | readonly Content[];

/** HTML from a template. The values are escaped, in attributes too, which must be quoted. */
export function markup(fixed: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(fixed.map((text, i) => text + written(values[i])).join(''));
}

/** HTML of our own that no user has a part in. */
export const raw = (text: string): Markup => new Markup(text);

function written(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  return typeof content === 'object' ? content.map(written).join('') : escaped(String(content));
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }; // prettier-ignore

/** Control characters have no place in HTML, not even escaped. */
function escaped(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\ufffd').replace(/[&<>"']/g, (c) => entities[c]); // prettier-ignore
}
