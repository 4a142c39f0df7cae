import type { Signature } from './signature';

/** What was made for one structure. */
interface Entry<T> {
  readonly signature: Int32Array;
  readonly value: T;
  /** What was found after this one the last time: the first guess. */
  next: Entry<T> | null;
  /** When it was found last, counted in finds; -1 once it is forgotten. */
  used: number;
}

/**
 * What was made for the exact structure of something recorded, such as its plan; beyond `limit`, what was not used for longest
 * is forgotten.
 */
export class StructureCache<T> {
  private readonly byHash = new Map<number, Entry<T>[]>();
  private count = 0;
  private finds = 0;
  private last: Entry<T> | null = null;

  constructor(private readonly limit = 512) {}

  /** What there is for the signature, made by `make` if there is nothing. */
  find(signature: Signature, make: () => T): T {
    const guess = this.last?.next;
    const isRight = guess && guess.used >= 0 && same(guess.signature, signature);
    const entry = isRight ? guess : this.lookup(signature, make);
    entry.used = this.finds++;
    if (this.last) this.last.next = entry;
    this.last = entry;
    return entry.value;
  }

  get size(): number {
    return this.count;
  }

  private lookup(signature: Signature, make: () => T): Entry<T> {
    const hash = hashOf(signature.words, signature.length);
    const found = this.byHash.get(hash)?.find((entry) => same(entry.signature, signature));
    if (found) return found;
    const entry: Entry<T> = {
      signature: signature.words.slice(0, signature.length),
      value: make(),
      next: null,
      used: this.finds,
    };
    if (this.count === this.limit) this.forgetOldest();
    this.byHash.set(hash, [...(this.byHash.get(hash) ?? []), entry]);
    this.count++;
    return entry;
  }

  private forgetOldest(): void {
    let oldest: Entry<T> | null = null;
    for (const entries of this.byHash.values())
      for (const entry of entries) if (oldest === null || entry.used < oldest.used) oldest = entry;
    if (oldest === null) return;
    const hash = hashOf(oldest.signature, oldest.signature.length);
    const rest = this.byHash.get(hash)!.filter((entry) => entry !== oldest);
    if (rest.length > 0) this.byHash.set(hash, rest);
    else this.byHash.delete(hash);
    Object.assign(oldest, { next: null, used: -1 }); // others may still guess it, and must not hold a chain alive
    this.count--;
  }
}

function same(known: Int32Array, { words, length }: Signature): boolean {
  if (known.length !== length) return false;
  for (let i = 0; i < length; i++) if (known[i] !== words[i]) return false;
  return true;
}

/** FNV-1a over words. */
function hashOf(words: Int32Array, length: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ words[i], 0x01000193);
  return hash;
}
