import type { Executable } from '../backend/backend';

/** A compiled evaluation and what it is for. */
export interface Plan {
  readonly signature: Int32Array;
  readonly executable: Executable;
  /** The plan that ran after this one the last time: the first guess. */
  next: Plan | null;
  /** When it ran last, counted in runs; -1 once it is forgotten. */
  used: number;
}

/** Plans of one device by the exact structure of what was recorded; beyond `limit`, the least recently used is forgotten. */
export class PlanCache {
  private readonly byHash = new Map<number, Plan[]>();
  private count = 0;
  private runs = 0;
  private last: Plan | null = null;

  constructor(private readonly limit = 512) {}

  /** The plan for the signature, built by `make` if there is none. */
  find(signature: Int32Array, make: () => Executable): Plan {
    const guess = this.last?.next;
    const isRight = guess && guess.used >= 0 && same(guess.signature, signature);
    const plan = isRight ? guess : this.lookup(signature, make);
    plan.used = this.runs++;
    if (this.last) this.last.next = plan;
    return (this.last = plan);
  }

  get size(): number {
    return this.count;
  }

  private lookup(signature: Int32Array, make: () => Executable): Plan {
    const hash = hashOf(signature);
    const found = this.byHash.get(hash)?.find((plan) => same(plan.signature, signature));
    if (found) return found;
    const plan: Plan = { signature: signature.slice(), executable: make(), next: null, used: this.runs };
    if (this.count === this.limit) this.forgetOldest();
    this.byHash.set(hash, [...(this.byHash.get(hash) ?? []), plan]);
    this.count++;
    return plan;
  }

  private forgetOldest(): void {
    const oldest = [...this.byHash.values()].flat().reduce((a, b) => (b.used < a.used ? b : a));
    const hash = hashOf(oldest.signature);
    const rest = this.byHash.get(hash)!.filter((plan) => plan !== oldest);
    if (rest.length > 0) this.byHash.set(hash, rest);
    else this.byHash.delete(hash);
    Object.assign(oldest, { next: null, used: -1 }); // others may still guess it, and must not hold a chain of plans alive
    this.count--;
  }
}

function same(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** FNV-1a over words. */
function hashOf(signature: Int32Array): number {
  let hash = 0x811c9dc5;
  for (const word of signature) hash = Math.imul(hash ^ word, 0x01000193);
  return hash;
}
