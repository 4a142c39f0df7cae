export interface Settings {
  readonly named: ReadonlyMap<string, unknown>;
  /** Those without a name, of which PyTorch prints the sizes. */
  readonly others: readonly unknown[];
}

/** The settings in a printed layer, ours or PyTorch's: `3, 4, kernel_size=(3, 3), padding=same, bias=True`. */
export function settingsOf(text: string): Settings {
  const [named, others] = [new Map<string, unknown>(), [] as unknown[]];
  const parts = text.replace(/\(/g, '[').replace(/,?\)/g, ']').split(/, (?![^[]*\])/); // prettier-ignore
  for (const part of parts.filter((part) => part !== '')) {
    const [, name, value] = /^(?:(\w+)=)?(.*)$/.exec(part)!;
    if (name === undefined) others.push(read(value!));
    else named.set(camel(name), read(value!));
  }
  return { named, others };
}

const words: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null', inf: '1e999', Infinity: '1e999' }; // prettier-ignore
const read = (value: string): unknown =>
  JSON.parse(value.replace(/'/g, '"').replace(/(?<!["\w])[a-zA-Z]\w*/g, (word) => words[word] ?? (/^(true|false|null)$/.test(word) ? word : `"${word}"`))); // prettier-ignore
export const camel = (key: string) => key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Whether two are the same; a number is the same as a list of nothing but it. */
export function agree(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && !Array.isArray(b)) return a.every((item) => agree(item, b));
  if (Array.isArray(b) && !Array.isArray(a)) return agree(b, a);
  return Array.isArray(a) && Array.isArray(b) ? a.length === b.length && a.every((item, i) => agree(item, b[i])) : a === b; // prettier-ignore
}
