import { parsers } from 'prettier/plugins/html';

/** An element or text of a parsed page. */
export interface Part {
  readonly type?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly value?: string;
  readonly attrs?: readonly { readonly name: string; readonly value: string | null }[];
  readonly children?: readonly Part[];
}

/** Parses a page. @throws where a tag is not closed, or closed and not open */
export async function parsePage(text: string): Promise<Part> {
  return (await parsers.html.parse(text, { originalText: text, parser: 'html', name: 'html' } as never)) as Part;
}

const inside = (part: Part): Part[] => [part, ...(part.children ?? []).flatMap(inside)];

/** All elements of this name. */
export const elements = (page: Part, name: string): Part[] =>
  inside(page).filter((part) => part.name === name && part.attrs !== undefined);

export const attribute = (part: Part, name: string): string | undefined =>
  part.attrs?.find((each) => each.name === name)?.value ?? undefined;

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
export const decoded = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name]!);

/** The text of an element, as a browser shows it. */
export function textOf({ attrs, value = '', children = [] }: Part): string {
  return attrs === undefined && children.length === 0 ? decoded(value) : children.map(textOf).join('');
}
