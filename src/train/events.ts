import { DecogradError } from '../core/errors';
import { reword } from '../core/reword';
import type { StateTree } from '../io';
import { show } from '../module/shape-declaration';
import type { Optimizer } from '../optim';
import type { RunState } from './run-state';
import type { StepResult } from './step';
import type { History, EpochRecord, StepRecord, ValidationRecord } from './history';
import type { Setting } from './run-settings';

/** A training run under way, as callbacks see it. */
export interface Run {
  readonly model: object;
  readonly optimizer: Optimizer<any>;
  /** All optimizers, `optimizer` first. */
  readonly optimizers: readonly Optimizer<any>[];
  /** The options of the Trainer and of `fit`, as far as they are plain values; the loss by its name. */
  readonly settings: Readonly<Record<string, Setting>>;
  readonly history: History;
  /** Epochs asked for; Infinity where `maxSteps` alone ends the run. */
  readonly epochs: number;
  /** The epoch under way, from 1. */
  readonly epoch: number;
  /** Optimizer steps taken in this run. */
  readonly step: number;
  /** Batches of an epoch; undefined where the data does not tell. */
  readonly batches: number | undefined;
  /** Whether there is validation data. */
  readonly validates: boolean;
  /** Names of what is measured beside the loss; undefined where a `trainStep` of one's own gives numbers as it likes. */
  readonly metrics: readonly string[] | undefined;
  /** Whether it goes on from a checkpoint: `loadStateDict` follows on `onFitStart` then. */
  readonly isResumed: boolean;
  /** What `resume` was: a folder or a file. */
  readonly resumedFrom: string | undefined;
  /** Whether Ctrl-C was pressed: the run ends with the step under way. */
  readonly isInterrupted: boolean;
  /** Whether the run ends where it is now; for `onBoundary`. */
  readonly isEnding: boolean;
  /** What ended the run, where that was an error; for `onFitEnd`. */
  readonly failure: RunFailure | undefined;
  /**
   * Ends the run after this epoch, or after this step. An epoch that is cut short is recorded, without a validation.
   * The first reason that is given is kept.
   */
  stop(reason: string, after?: 'epoch' | 'step'): void;
  /**
   * All that the run would need to go on from here, for `saveCheckpoint`; whole in `onBoundary` alone. What `fit` is to resume
   * from is such a state.
   */
  state(): Promise<RunState>;
  /**
   * Trains for a trial, and leaves model, optimizers, random numbers and data as they were. In `onFitStart` alone.
   * @throws ValueError for data that can be read once only
   */
  rehearse<T>(fn: (trial: Trial) => Promise<T>): Promise<T>;
}

/** What is tried out in a rehearsal. */
export interface Trial {
  readonly batches: AsyncIterable<unknown>;
  /** One step of training. */
  step(batch: unknown): Promise<StepResult>;
}

/** What was thrown, which need not be an `Error`. */
export interface RunFailure {
  readonly error: unknown;
}

/** Where a run can be left and gone on with: after a batch that is not the last of its step, a step, or an epoch. */
export type Boundary = 'batch' | 'step' | 'epoch';

/** One batch, trained. */
export interface BatchReport {
  /** From 1. */
  readonly batch: number;
  readonly size: number;
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Averages of the epoch so far. */
  readonly average: { readonly loss: number; readonly metrics: Readonly<Record<string, number>> };
}

export type Awaitable = void | Promise<void>;

/** What happens in a run. A callback is an object with any of these; promises are awaited. */
export interface Callback {
  /** What errors call it. Default: its class, else its place in the list. */
  readonly name?: string;
  /** Whether it writes files or the like: `fastDevRun` leaves it out then. */
  readonly writes?: boolean;
  /** Where it keeps checkpoints of the run: `resume` may name this folder while there are none. */
  readonly folder?: string;
  onFitStart?(run: Run): Awaitable;
  onEpochStart?(run: Run): Awaitable;
  onBatchEnd?(run: Run, report: BatchReport): Awaitable;
  /** After every step of the optimizer, which several batches share where the Trainer accumulates. */
  onStepEnd?(run: Run, record: StepRecord): Awaitable;
  onValidationStart?(run: Run): Awaitable;
  onValidationEnd?(run: Run, record: ValidationRecord): Awaitable;
  onEpochEnd?(run: Run, record: EpochRecord): Awaitable;
  /** After all else of a batch, step or epoch, when every callback has heard of it: the state of the run is whole here. */
  onBoundary?(run: Run, after: Boundary): Awaitable;
  /** Called however the run ended. */
  onFitEnd?(run: Run): Awaitable;
  /** What checkpoints keep of it, so that a resumed run is as if it had never been left. */
  stateDict?(): StateTree;
  /** Takes over what `stateDict` gave, after `onFitStart`. */
  loadStateDict?(state: StateTree): void;
}

export const eventNames = ['onFitStart', 'onEpochStart', 'onBatchEnd', 'onStepEnd', 'onValidationStart', 'onValidationEnd', 'onEpochEnd', 'onBoundary', 'onFitEnd'] as const satisfies readonly (keyof Callback)[]; // prettier-ignore
type EventName = (typeof eventNames)[number];

/** A callback with the name that errors call it. */
export interface Listener {
  readonly name: string;
  readonly callback: Callback;
}

/** @param given those of the user, whose places in their list may have to name them */
export function listenersOf(own: readonly Callback[], given: readonly Callback[]): Listener[] {
  const named = (callback: Callback, i: number) => ({ name: nameOf(callback) ?? `callbacks[${i}]`, callback });
  return [...own.map(named), ...given.map(named)];
}

function nameOf({ name, constructor }: Callback): string | undefined {
  if (typeof name === 'string' && name !== '') return name;
  return constructor === Object ? undefined : constructor?.name;
}

export const hears = (listeners: readonly Listener[], event: EventName): boolean =>
  listeners.some(({ callback }) => callback[event] !== undefined);

/** Calls one event of every callback, in order. What one of them throws says which it was. */
export function emit<E extends EventName>(
  listeners: readonly Listener[],
  event: E,
  ...args: Parameters<NonNullable<Callback[E]>>
): Awaitable {
  if (hears(listeners, event)) return tell(listeners, event, args);
}

async function tell(listeners: readonly Listener[], event: EventName, args: unknown[]): Promise<void> {
  for (const { name, callback } of listeners) {
    const handler = callback[event] as ((...args: unknown[]) => Awaitable) | undefined;
    if (handler === undefined) continue;
    try {
      await handler.apply(callback, args);
    } catch (error) {
      throw errorFrom(`${name}.${event}`, error);
    }
  }
}

/** The error with where it came from in front; what has no message to change is wrapped. */
export function errorFrom(where: string, error: unknown): unknown {
  if (!(error instanceof Error) || !Object.getOwnPropertyDescriptor(error, 'message')?.writable)
    return Object.assign(new DecogradError(`${where}: threw ${show(error)}`), { cause: error });
  if (!error.message.startsWith(where)) reword(error, `${where}: ${error.message}`);
  return error;
}

/** Tells every callback that the run is over, even where one of them throws; the first error is thrown then. */
export async function emitEnd(listeners: readonly Listener[], run: Run): Promise<void> {
  const errors: unknown[] = [];
  for (const listener of listeners) await tell([listener], 'onFitEnd', [run]).catch((error) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}

/** What a callback keeps in checkpoints. */
export interface CallbackState {
  readonly name: string;
  readonly state: StateTree;
}

export function statesOf(listeners: readonly Listener[]): CallbackState[] {
  return listeners.flatMap(({ name, callback }) => {
    const state = callback.stateDict?.();
    return state === undefined ? [] : [{ name, state }];
  });
}

/** Gives states back, to callbacks of one name in order; one that has none begins as it is. */
export function restoreStates(listeners: readonly Listener[], saved: readonly CallbackState[]): void {
  const left = [...saved];
  for (const { name, callback } of listeners) {
    const i = left.findIndex((entry) => entry.name === name);
    if (i < 0 || callback.loadStateDict === undefined) continue;
    const [{ state }] = left.splice(i, 1);
    try {
      callback.loadStateDict(state);
    } catch (error) {
      throw errorFrom(`${name}.loadStateDict`, error);
    }
  }
}
