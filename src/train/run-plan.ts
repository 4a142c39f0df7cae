import { limitOf } from './batch-limits';
import type { Listener } from './events';
import type { FitOptions } from './fit-options';
import type { Batches } from './loop';
import { batchesOf, type DataSource } from './source';
import type { Batch } from './step';

/** What a run trains on, for how long, and what happens in between. */
export interface RunPlan {
  readonly data: Batches;
  readonly validation: Batches | undefined;
  readonly listeners: readonly Listener[];
  readonly epochs: number;
  readonly maxSteps: number;
  /** Most batches of an epoch, and of a validation. */
  readonly limit: number | undefined;
  readonly validationLimit: number | undefined;
  readonly validateEvery: { readonly steps?: number; readonly epochs?: number };
  readonly sanityValidation: number;
  readonly recordSteps: number | undefined;
}

const smallest = { epochs: 1, maxSteps: 1, limitBatches: 1, overfitBatches: undefined, sanityValidation: 0, validateEvery: { epochs: 1 } }; // prettier-ignore

/** What the options of `fit`, which were checked, come to. */
export async function planOf(source: DataSource, given: FitOptions, listeners: readonly Listener[]): Promise<RunPlan> {
  const options = given.fastDevRun ? { ...given, ...smallest } : given;
  const { batchSize, overfitBatches, limitBatches, validateEvery = { epochs: 1 } } = options;
  const { shuffle = overfitBatches === undefined } = options;
  const data = batchesOf('Trainer.fit', source, { batchSize, shuffle });
  const validation = options.validation && batchesOf('Trainer.fit: validation', options.validation, { batchSize });
  const limits = typeof limitBatches === 'object' ? limitBatches : { train: limitBatches, validation: limitBatches };
  return {
    data: overfitBatches === undefined ? data : await firstOf(data, overfitBatches),
    validation,
    listeners: given.fastDevRun ? listeners.filter(({ callback }) => !callback.writes) : listeners,
    epochs: options.epochs ?? Infinity,
    maxSteps: options.maxSteps ?? Infinity,
    limit: limitOf('Trainer.fit: limitBatches', limits.train, data),
    validationLimit: validation && limitOf('Trainer.fit: limitBatches of validation', limits.validation, validation),
    validateEvery,
    sanityValidation: options.sanityValidation ?? 1,
    recordSteps: options.recordSteps,
  };
}

async function firstOf(batches: Batches, count: number): Promise<Batch[]> {
  const first: Batch[] = [];
  for await (const batch of batches) if (first.push(batch) === count) break;
  return first;
}
