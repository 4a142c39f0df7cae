import { Entry } from './ledger';
import type { World } from './world';

/** A read at once, which evaluates everything. */
export function readNow(world: World, entry: Entry): void {
  if (world.doomed) world.flush();
  const tensor = world.tensorOf(entry);
  if (tensor === null) return;
  world.note('read', entry);
  let got: ArrayLike<number> | null = null;
  if (world.attempt(!world.ledger.isComputable(entry), () => (got = tensor.dataSync()))) {
    world.check(entry, got!);
    world.ledger.evaluated([entry]);
  }
  world.flush();
}

interface Pending {
  readonly entry: Entry;
  readonly got: Promise<ArrayLike<number> | Error>;
  readonly pinned: boolean;
}
/** Reads that were asked for and did not happen yet. */
export class Reads {
  #pending: Pending[] = [];

  /** Asks for the value that the entry has now. */
  later(world: World, entry: Entry): void {
    const tensor = world.tensorOf(entry);
    if (tensor === null) return;
    world.note('read later', entry);
    const pinned = world.ledger.isComputable(entry);
    const got = tensor.data().catch((error: Error) => error);
    if (pinned) world.ledger.keep(entry);
    this.#pending.push({ entry, got, pinned });
  }

  /** Yields, so that they happen. */
  async tick(world: World): Promise<void> {
    world.note('tick');
    if (world.doomed) world.flush();
    const pending = this.#pending;
    this.#pending = [];
    // what was pinned is there, unless the evaluation that was to compute it failed
    const must = pending.map(({ entry, pinned }) => pinned && world.ledger.isHeld(entry));
    const results = await Promise.all(pending.map(({ got }) => got));
    world.flush();
    results.forEach((got, i) => this.#settle(world, pending[i], must[i], got));
  }
  #settle(world: World, { entry, pinned }: Pending, must: boolean, got: ArrayLike<number> | Error): void {
    if (pinned) world.ledger.unpin(entry);
    if (!(got instanceof Error)) return world.check(entry, got);
    if (must || !(got instanceof world.settings.decograd.StaleError)) throw got;
    world.refused();
  }
}

/** Reads every gradient that has collected. */
export function checkGradients(world: World): void {
  const leaves = new Set([...world.ledger.entries.keys()].flatMap((value) => value.leaf ?? []));
  for (const { tensor, grad } of leaves) {
    if ((tensor.grad === null) !== (grad === null)) throw new Error('a gradient is there on one side only');
    if (grad !== null) readNow(world, world.ledger.given(new Entry(grad, tensor.grad, [], [])));
  }
}
