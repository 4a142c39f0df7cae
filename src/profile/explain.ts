import { ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { backendOf } from '../plan';
import type { MachineLimits } from '../backend/watch';
import { Explanation } from './explanation';
import { recordRun, type Recording } from './recording';

/** What has a step of its own to explain: a Trainer. */
export interface Explainable {
  /** A step, and what undoes all that it did. `batch` is what it is to work on. */
  rehearsal(batch?: unknown): Promise<{ readonly step: () => unknown; readonly end: () => unknown }>;
}

export interface ExplainOptions {
  /** Runs that are measured, of which the best counts, after some that are not. Default 10, fewer where one takes long. */
  readonly runs?: number;
  /** For a Trainer: what to train on, `[input, target]`. Default: the batch that it trained on last. */
  readonly batch?: unknown;
}

/**
 * Runs before those that are measured: plans, and what stays in the engine's memory, are as they will be from the fourth on;
 * the JavaScript around the kernels takes hundreds to be compiled well, for which there are so many milliseconds.
 */
const warmUps = { least: 3, most: 1000, milliseconds: 500 };
/** Milliseconds after which no further run is begun, though two are measured always. */
const enough = 2000;

/**
 * What a step runs: its kernels with shapes, bytes, floating-point operations, measured time and share of what the machine
 * could do; and how much of the step's time no kernel took. The function is run several times, with all that it does to
 * parameters; a Trainer's model, optimizer and gradients are afterwards as they were before.
 *
 * On a GPU each kernel is waited for, which takes longer than the step does: the times tell kernels apart.
 * @returns a promise of an {@link Explanation}; `String(explanation)` is a table
 * @throws ValueError for what is neither a function nor a Trainer, and for a Trainer that has seen no batch and got none
 * @example console.log(String(await explain(() => mseLoss(model.forward(x), y).backward())));
 */
export async function explain(
  target: (() => unknown) | Explainable,
  options: ExplainOptions = {},
): Promise<Explanation> {
  checkOptions('explain', options, ['runs', 'batch']);
  const { runs = 10, batch } = options;
  if (!Number.isInteger(runs) || runs < 1)
    throw new ValueError(`explain: runs must be a whole number of at least 1, not ${String(runs)}`);
  const { step, end } = await rehearsalOf(target, batch);
  try {
    return new Explanation(await measured(step, runs), limitsOf);
  } finally {
    await end();
  }
}

async function rehearsalOf(target: unknown, batch: unknown): ReturnType<Explainable['rehearsal']> {
  if (typeof target === 'function') {
    if (batch !== undefined) throw new ValueError('explain: a function gets no batch; use it inside the function');
    return { step: target as () => unknown, end: () => undefined };
  }
  if (typeof (target as Partial<Explainable> | null)?.rehearsal === 'function')
    return (target as Explainable).rehearsal(batch);
  throw new ValueError('explain: takes a function that computes something, or a Trainer');
}

async function measured(step: () => unknown, runs: number): Promise<Recording[]> {
  let began = performance.now();
  for (let i = 0; i < warmUps.most; i++) {
    if (i >= warmUps.least && performance.now() - began > warmUps.milliseconds) break;
    await step();
  }
  began = performance.now();
  const recordings: Recording[] = [];
  while (recordings.length < runs && (recordings.length < 2 || performance.now() - began < enough))
    recordings.push(await recordRun(step));
  return recordings;
}

function limitsOf(device: string): MachineLimits | null {
  return backendOf(device).limits?.() ?? null;
}
