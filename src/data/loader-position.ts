import { StateError } from '../core/errors';
import { show } from '../module/shape-declaration';
import type { EpochDraw } from './dataset';

/** Where a loader stands, as plain numbers: JSON keeps it. */
export interface DataLoaderState {
  /** The epoch under way, or about to begin, from 0 on. */
  readonly epoch: number;
  /** How many of its batches were given. */
  readonly batches: number;
  /** What decides the epochs to come; null where the global random stream does. */
  readonly seed: number | null;
  /** The words that decide the epoch under way; null where it has not begun. */
  readonly key: readonly number[] | null;
  /** Of the dataset and the loader, so that a state is not taken for that of others; null where there is no such number. */
  readonly samples: number | null;
  readonly batchSize: number | null;
}

/** One epoch under way. */
export interface Pass extends EpochDraw {
  /** Batches given. */
  batches: number;
}

/** Which epoch comes, or is under way, and how far it is. */
export class LoaderPosition {
  #epoch = 0;
  #batches = 0;
  #key: readonly number[] | null = null;
  /** Whether the next pass is this epoch: it was restored, or has not begun. */
  #isPending = true;
  #latest: Pass | undefined;

  /** The pass that begins now: what is left of an epoch that was restored, else the whole of the next. */
  begin(keyOf: (epoch: number) => readonly number[]): Pass {
    if (!this.#isPending) this.moveOn();
    this.#isPending = false;
    const key = (this.#key ??= keyOf(this.#epoch));
    return (this.#latest = { epoch: this.#epoch, key, batches: this.#batches });
  }

  /** Called when all of a pass was given. */
  finish(pass: Pass): void {
    if (pass !== this.#latest) return; // somebody began another one meanwhile
    this.moveOn();
    this.#isPending = true;
  }

  /** A pass that was left is over; what was restored still waits for its pass. */
  settle(): void {
    if (this.#isPending) return;
    this.moveOn();
    this.#isPending = true;
  }

  private moveOn(): void {
    this.#epoch++;
    this.#batches = 0;
    this.#key = null;
    this.#latest = undefined;
  }

  state(): Pick<DataLoaderState, 'epoch' | 'batches' | 'key'> {
    return { epoch: this.#epoch, batches: this.#latest?.batches ?? this.#batches, key: this.#key };
  }

  restore({ epoch, batches, key }: DataLoaderState): void {
    this.#epoch = epoch;
    this.#batches = batches;
    this.#key = key;
    this.#isPending = true;
    this.#latest = undefined;
  }
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isKey = (value: unknown): boolean =>
  value === null || (Array.isArray(value) && value.every(Number.isSafeInteger));
const isCountOrNull = (value: unknown): boolean => value === null || isCount(value);

const fields: Readonly<Record<keyof DataLoaderState, readonly [(value: unknown) => boolean, string]>> = {
  epoch: [isCount, 'a whole number of at least 0'],
  batches: [isCount, 'a whole number of at least 0'],
  seed: [isCountOrNull, 'a whole number of at least 0 or null'],
  key: [isKey, 'a list of whole numbers or null'],
  samples: [isCountOrNull, 'a whole number of at least 0 or null'],
  batchSize: [isCountOrNull, 'a whole number of at least 0 or null'],
};

/** @throws StateError for what is no state of a loader, or that of one with another dataset or batch size */
export function checkState(state: DataLoaderState, own: Pick<DataLoaderState, 'samples' | 'batchSize'>): void {
  const where = 'DataLoader.loadStateDict';
  if (typeof state !== 'object' || state === null)
    throw new StateError(`${where}: a state is what stateDict() gave, not ${show(state)}`);
  for (const [name, [has, range]] of Object.entries(fields)) {
    const value = (state as unknown as Record<string, unknown>)[name];
    if (!has(value)) throw new StateError(`${where}: ${name} must be ${range}, not ${show(value)}`);
  }
  for (const name of ['samples', 'batchSize'] as const)
    if (state[name] !== own[name])
      throw new StateError(
        `${where}: the state is of a loader with ${name} ${state[name]}, this one has ${own[name]}; make it as that one was`,
      );
}
