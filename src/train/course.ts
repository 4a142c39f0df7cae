import { StateError } from '../core/errors';
import { randomState, setRandomState, type RandomState } from '../tensor';
import type { Batches } from './loop';
import { batchCount } from './source';

/** Where a run stands in its data. */
export interface CourseState {
  /** Batches of the pass that were given. */
  readonly taken: number;
  /** Whether those were all. */
  readonly isOver: boolean;
  /** Whether somebody left before all were given; where none is given yet, the pass before. */
  readonly isLeft: boolean;
  /** The random stream as the pass began, from which data that cannot tell its place is read again, and as it is here. */
  readonly random: RandomState;
  readonly randomHere: RandomState;
  /** What data that can tell its place, as a DataLoader, says of it. */
  readonly source: unknown;
}

/** Data that can be asked where it stands, and brought there. */
interface Placed {
  stateDict(): unknown;
  loadStateDict(state: unknown): void;
}

/**
 * The data of a run, whose place can be noted and gone back to. A DataLoader goes on from where it stood; other data is
 * read again from its start, and what was given is left out.
 */
export class Course implements AsyncIterable<any> {
  /** Batches of the pass that were given. */
  taken = 0;
  private isOver = false;
  private isLeft = false;
  private random = randomState();
  private resumed = randomState();
  /** The pass that comes is what is left of one that was restored; or it must be told first that it is a new one. */
  private next: 'new' | 'rest' | 'afterLeft' | 'open' = 'new';
  private skip = 0;

  constructor(
    readonly where: string,
    readonly source: Batches,
  ) {
    (source as { settle?(): void }).settle?.(); // a run before this one may have left it in the middle of an epoch
  }

  get length(): number | undefined {
    return batchCount(this.source);
  }

  state(): CourseState {
    const { taken, isOver, isLeft, random, source } = this;
    const randomHere = randomState();
    return { taken, isOver, isLeft, random, randomHere, source: isPlaced(source) ? source.stateDict() : null };
  }

  /** @param isUnderWay whether the pass of the state is to be gone on with, or the next one begins */
  restore({ source, randomHere, ...place }: CourseState, isUnderWay: boolean): void {
    if (isPlaced(this.source) && source !== null) this.source.loadStateDict(source);
    Object.assign(this, place);
    this.resumed = randomHere;
    this.next = 'rest';
    if (!isUnderWay) this.abandon();
  }

  /** What is left of the pass that was restored is not wanted. */
  abandon(): void {
    this.next = this.isLeft && isPlaced(this.source) ? 'afterLeft' : 'new';
  }

  /** Begins the next pass, or what is left of one that was restored; iterating does so by itself. */
  async open(): Promise<void> {
    const isUntouched = this.next === 'rest' && this.taken === 0 && this.isLeft && isPlaced(this.source);
    if (this.next === 'afterLeft' || isUntouched) await this.leave();
    if (this.next === 'rest') setRandomState(this.resumed);
    else [this.taken, this.isOver, this.random] = [0, false, randomState()];
    this.skip = this.next === 'rest' && !isPlaced(this.source) ? this.taken : 0;
    this.next = 'open';
  }

  /** Written out, since it is part of every step: of a generator and a list, each batch is five promises. */
  [Symbol.asyncIterator](): AsyncIterator<any> {
    let reader: Reader | undefined;
    const next = async (): Promise<IteratorResult<any>> => {
      reader ??= await this.begin();
      const read = reader.next();
      const { done, value } = isPromise(read) ? await read : read;
      this.isOver = done === true;
      this.isLeft = !this.isOver; // unless the data is asked for more, and has none
      if (done) return { done, value: undefined };
      const batch: unknown = isPromise(value) ? await value : value;
      this.taken++;
      return { done: false, value: batch };
    };
    const end = async (): Promise<IteratorResult<any>> => {
      await reader?.return?.();
      return { done: true, value: undefined };
    };
    return { next, return: end };
  }

  /** The source before the batch that comes next: those that were given already are left out. */
  private async begin(): Promise<Reader> {
    if (this.next !== 'open') await this.open();
    this.next = 'new';
    if (this.isOver) return [][Symbol.iterator]();
    const { skip, source } = this;
    if (skip > 0) setRandomState(this.random);
    const reader: Reader = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
    for (let number = 0; number < skip; number++)
      if ((await reader.next()).done)
        throw new StateError(
          `${this.where}: the checkpoint was made after ${skip} batches of an epoch, and the data gave ${number}; give the data of that run`,
        );
    if (skip > 0) setRandomState(this.resumed);
    return reader;
  }

  /** Begins a pass and leaves it, so that what was left of one that was cut short is not taken for the next. */
  private async leave(): Promise<void> {
    const random = randomState();
    for await (const _ of this.source) break;
    setRandomState(random);
  }
}

type Reader = Iterator<unknown> | AsyncIterator<unknown>;

function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as Partial<PromiseLike<T>> | null | undefined)?.then === 'function';
}

function isPlaced(source: unknown): source is Placed {
  const { stateDict, loadStateDict } = source as Partial<Placed>;
  return typeof stateDict === 'function' && typeof loadStateDict === 'function';
}
