import { StateError } from '../core/errors';

/** What {@link parsePythonLiteral} makes: tuples and lists become arrays, dicts plain objects. */
export type Literal = null | boolean | number | string | Literal[] | { [key: string]: Literal };

const maxDepth = 16;
const words: Readonly<Record<string, Literal>> = { None: null, True: true, False: false };
const closing = { '(': ')', '[': ']', '{': '}' } as const;

/**
 * The value of a Python literal made of texts, whole numbers, True, False, None, tuples, lists and dicts with texts for
 * keys. Nothing is run. @throws StateError at the first character that does not belong
 */
export function parsePythonLiteral(asker: string, text: string): Literal {
  const reader = new LiteralReader(asker, text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class LiteralReader {
  private at = 0;
  constructor(
    private readonly asker: string,
    private readonly text: string,
  ) {}

  value(depth: number): Literal {
    if (depth > maxDepth) this.refuse();
    const open = this.take(/[([{]/y);
    if (open === '{') return Object.fromEntries(this.items('{', () => this.pair(depth)).items);
    if (open !== undefined) {
      const { items, comma } = this.items(open as '(' | '[', () => this.value(depth + 1));
      return open === '(' && items.length === 1 && !comma ? items[0] : items;
    }
    const quoted = this.take(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/y);
    if (quoted !== undefined) return quoted.slice(1, -1).replace(/\\(.)/g, '$1');
    const whole = this.take(/-?\d+(?=L?)/y); // Python 2 wrote 3L
    if (whole !== undefined) {
      this.take(/L/y);
      return Number(whole);
    }
    const word = this.take(/[A-Za-z]+/y);
    return word !== undefined && Object.hasOwn(words, word) ? words[word] : this.refuse();
  }

  private pair(depth: number): [string, Literal] {
    const key = this.value(depth + 1);
    if (typeof key !== 'string' || this.take(/:/y) === undefined) return this.refuse();
    return [key, this.value(depth + 1)];
  }

  /** What stands between brackets, and whether it ended in a comma, which makes a tuple of one. */
  private items<T>(open: keyof typeof closing, item: () => T): { items: T[]; comma: boolean } {
    const end = new RegExp(`\\${closing[open]}`, 'y');
    const items: T[] = [];
    let comma = false;
    while (this.take(end) === undefined) {
      if (items.length > 0 && !comma) this.refuse();
      items.push(item());
      comma = this.take(/,/y) !== undefined;
    }
    return { items, comma };
  }

  end(): void {
    this.take(/\s*/y);
    if (this.at < this.text.length) this.refuse();
  }

  private take(pattern: RegExp): string | undefined {
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  private refuse(): never {
    throw new StateError(
      `${this.asker}: the header is no Python literal at character ${this.at}: ${JSON.stringify(this.text.slice(this.at, this.at + 20))}`,
    );
  }
}
