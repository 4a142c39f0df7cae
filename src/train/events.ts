import type { Optimizer } from '../optim';
import type { History, EpochRecord } from './history';

/** A training run under way, as callbacks see it. */
export interface Run {
  readonly model: object;
  readonly optimizer: Optimizer<any>;
  readonly history: History;
  /** Epochs asked for. */
  readonly epochs: number;
  /** The epoch under way, from 1. */
  readonly epoch: number;
  /** Optimizer steps taken in this run. */
  readonly step: number;
  /** Batches of an epoch; undefined where the data does not tell. */
  readonly batches: number | undefined;
  /** Ends the run after this epoch. */
  stop(reason: string): void;
}

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

type Awaitable = void | Promise<void>;

/** What happens in a run. A callback is an object with any of these; promises are awaited. */
export interface Callback {
  onFitStart?(run: Run): Awaitable;
  onEpochStart?(run: Run): Awaitable;
  onBatchEnd?(run: Run, report: BatchReport): Awaitable;
  onEpochEnd?(run: Run, record: EpochRecord): Awaitable;
  /** Called however the run ended. */
  onFitEnd?(run: Run): Awaitable;
}

export const eventNames = ['onFitStart', 'onEpochStart', 'onBatchEnd', 'onEpochEnd', 'onFitEnd'] as const satisfies readonly (keyof Callback)[]; // prettier-ignore

/** Calls one event of every callback, in order. */
export async function emit<E extends keyof Callback>(
  callbacks: readonly Callback[],
  event: E,
  ...args: Parameters<NonNullable<Callback[E]>>
): Promise<void> {
  for (const callback of callbacks)
    await (callback[event] as ((...args: unknown[]) => Awaitable) | undefined)?.call(callback, ...args);
}

/** Tells every callback that the run is over, even where one of them throws; the first error is thrown then. */
export async function emitEnd(callbacks: readonly Callback[], run: Run): Promise<void> {
  const errors: unknown[] = [];
  for (const callback of callbacks) await emit([callback], 'onFitEnd', run).catch((error) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}
