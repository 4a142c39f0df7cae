import type { Step } from './backend';

/** Told of every kernel that ran: on which device, and from when to when (milliseconds of `performance.now`). */
export type Watch = (step: Step, device: string, began: number, ended: number) => void;

/** Runs what computes the step and tells the watch, if there is one. */
export function watched<T>(watch: Watch | undefined, step: Step, device: string, run: () => T): T {
  if (watch === undefined) return run();
  const began = performance.now();
  const result = run();
  watch(step, device, began, performance.now());
  return result;
}

/** What a device can do at most, measured: the yardstick of `explain`. */
export interface MachineLimits {
  /** Operations per second: one multiply-add, or another operation of the arithmetic, is one. */
  readonly operations: number;
  /** Bytes per second, read and written, where so many bytes are gone through; by size, the smallest first. */
  readonly bandwidth: readonly { readonly bytes: number; readonly perSecond: number }[];
}
