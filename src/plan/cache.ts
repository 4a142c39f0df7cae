import type { Executable } from '../backend/backend';

/** A compiled evaluation and what it is for. */
export interface Plan {
  readonly signature: Int32Array;
  readonly executable: Executable;
  /** The plan that ran after this one the last time: the first guess. */
  next: Plan | null;
}

const limit = 512;

/** Plans of one device by the exact structure of what was recorded; the least recently made goes first. */
export class PlanCache {
  private readonly byHash = new Map<number, Plan[]>();
  private readonly ages: Plan[] = [];
  private last: Plan | null = null;

  /** The plan for the signature, built by `make` if there is none. */
  find(signature: Int32Array, make: () => Executable): Plan {
    const guess = this.last?.next;
    const plan = guess && same(guess.signature, signature) ? guess : this.lookup(signature, make);
    if (this.last) this.last.next = plan;
    return (this.last = plan);
  }

  get size(): number {
    return this.ages.length;
  }

  private lookup(signature: Int32Array, make: () => Executable): Plan {
    const hash = hashOf(signature);
    const bucket = this.byHash.get(hash) ?? [];
    const found = bucket.find((plan) => same(plan.signature, signature));
    if (found) return found;
    const plan: Plan = { signature, executable: make(), next: null };
    this.byHash.set(hash, [...bucket, plan]);
    if (this.ages.push(plan) > limit) this.forget(this.ages.shift()!);
    return plan;
  }

  private forget(plan: Plan): void {
    const hash = hashOf(plan.signature);
    const rest = this.byHash.get(hash)!.filter((other) => other !== plan);
    if (rest.length > 0) this.byHash.set(hash, rest);
    else this.byHash.delete(hash);
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
