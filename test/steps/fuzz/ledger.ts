import type { Tensor } from 'decograd';
import { walked, type Value } from './eager';

/** What collects gradients. */
export interface Leaf {
  readonly tensor: Tensor;
  grad: Value | null;
  /** Whether it takes part in gradients at present. */
  tracks: boolean;
}
/** A parameter or buffer. */
export interface Box extends Leaf {
  /** What reading it gives, and the last version that an evaluation computed. */
  current: Entry;
  committed: Entry;
}

/** One value of a program: what it must be, and what the library has to do for it. */
export class Entry {
  /** The library has the value and must not lose it. */
  safe = false;
  /** It is to become safe with the next evaluation. */
  kept = false;
  /** How many operations read it. */
  consumers = 0;
  /** How many reads under way, or calls of keep(), asked for exactly this version. */
  pins = 0;
  /** For a version: the box, and whether a later one was committed. */
  box: Box | null = null;
  replaced = false;

  constructor(
    readonly value: Value,
    /** Null for versions, whose tensor is the box's. */
    readonly tensor: Tensor | null,
    readonly inputs: readonly Entry[],
    /** The entries that its derivative reads. */
    readonly needs: Entry[],
    readonly isView = false,
  ) {}
}

/** The rule: what is recorded, what an evaluation keeps, and what may be refused. */
export class Ledger {
  readonly entries = new Map<Value, Entry>();
  #waiting: Entry[] = [];

  record(entry: Entry): Entry {
    this.entries.set(entry.value, entry);
    for (const input of entry.inputs) input.consumers++;
    this.#waiting.push(entry);
    return entry;
  }
  given(entry: Entry): Entry {
    this.entries.set(entry.value, entry);
    entry.safe = true;
    return entry;
  }
  /** A new version of the box; the old one stands until the next evaluation. */
  assign(box: Box, entry: Entry): void {
    entry.box = box;
    box.current = entry;
    this.record(entry);
  }

  /** Somebody asked for exactly this value. */
  keep(entry: Entry): void {
    if (entry.box !== null) entry.pins++;
    entry.kept = true;
    if (!entry.safe && entry.box === null && !this.#waiting.includes(entry)) this.#waiting.push(entry);
  }
  /** Whether the value is there, or will be after the next evaluation. */
  isHeld(entry: Entry): boolean {
    return entry.safe || (entry.box === null ? this.#waiting.includes(entry) : !isGone(entry));
  }
  /** A read of exactly this version is over. */
  unpin(entry: Entry): void {
    if (entry.box !== null) entry.pins--;
  }

  /** Whether the value must be there: nothing that it would be computed from has been overwritten. */
  isComputable(entry: Entry, seen = new Map<Entry, boolean>()): boolean {
    const known = seen.get(entry);
    if (known !== undefined) return known;
    const is = entry.safe || (entry.box === null ? entry.inputs.every((x) => this.isComputable(x, seen)) : !isGone(entry)); // prettier-ignore
    seen.set(entry, is);
    return is;
  }
  /** Whether everything that gradients from the root on their way read must be there. */
  isWalkable(root: Value): boolean {
    const seen = new Map<Entry, boolean>();
    return walked(root).every((x) => {
      if (x.leaf !== null) return true;
      const entry = this.entries.get(x);
      return entry !== undefined && entry.needs.every((need) => this.isComputable(need, seen));
    });
  }

  evaluated(roots: readonly Entry[] = []): void {
    for (const root of roots) root.kept ||= this.isComputable(root);
    for (const entry of [...this.#waiting, ...roots]) this.#settle(entry);
    for (const entry of this.#waiting) commit(entry);
    this.#waiting = [];
  }
  #settle(entry: Entry): void {
    if (entry.box !== null) return;
    if ((entry.kept || entry.consumers === 0) && this.isComputable(entry)) entry.safe = true;
    if (!entry.value.released && entry.value.requiresGrad)
      for (const need of entry.needs) need.safe ||= baseOf(need).box === null;
  }
  /** The evaluation failed: new versions count for nothing, and nothing waits any more. */
  failed(): void {
    for (const { box, value } of this.#waiting)
      if (box !== null) {
        box.committed.value.requiresGrad = value.requiresGrad;
        box.current = box.committed;
      }
    for (const entry of this.#waiting) entry.box = null;
    this.#waiting = [];
  }

  /** A forward threw: what it recorded is dropped, except new versions and what somebody asked for. */
  dropped(before: readonly Entry[]): void {
    const isDropped = (entry: Entry) => !before.includes(entry) && entry.box === null && !entry.kept;
    for (const entry of this.#waiting.filter(isDropped)) for (const input of entry.inputs) input.consumers--;
    this.#waiting = this.#waiting.filter((entry) => !isDropped(entry));
  }
  get waiting(): readonly Entry[] {
    return [...this.#waiting];
  }
}

function commit(version: Entry): void {
  const { box } = version;
  if (box === null) return;
  box.committed.replaced = true;
  box.committed = version;
}
const isGone = (version: Entry) => version.replaced && version.pins === 0;

/** What a view looks at. */
function baseOf(entry: Entry): Entry {
  return entry.isView && entry.box === null ? baseOf(entry.inputs[0]) : entry;
}
