import { limitOf } from './batch-limits';
import { Course } from './course';
import type { Listener } from './events';
import type { FitOptions } from './fit-options';
import type { Batches } from './loop';
import { resumeFrom, type Resume } from './resume';
import { batchesOf, type DataSource } from './source';
import type { Batch } from './step';

/** What a run trains on, for how long, and what happens in between. */
export interface RunPlan {
  /** As they were given. */
  readonly options: FitOptions;
  readonly data: Course;
  readonly validation: Course | undefined;
  readonly listeners: readonly Listener[];
  readonly epochs: number;
  readonly maxSteps: number;
  /** Most batches of an epoch, and of a validation. */
  readonly limit: number | undefined;
  readonly validationLimit: number | undefined;
  readonly validateEvery: { readonly steps?: number; readonly epochs?: number };
  readonly sanityValidation: number;
  readonly recordSteps: number | undefined;
  readonly resume: Resume | undefined;
}

const smallest = { epochs: 1, maxSteps: 1, limitBatches: 1, overfitBatches: undefined, sanityValidation: 0, validateEvery: { epochs: 1 } }; // prettier-ignore

/** What the options of `fit`, which were checked, come to. */
export async function planOf(source: DataSource, given: FitOptions, all: readonly Listener[]): Promise<RunPlan> {
  const options = given.fastDevRun ? { ...given, ...smallest } : given;
  const listeners = given.fastDevRun ? all.filter(({ callback }) => !callback.writes) : all;
  return {
    options: given,
    ...(await dataOf(source, options)),
    listeners,
    epochs: options.epochs ?? Infinity,
    maxSteps: options.maxSteps ?? Infinity,
    validateEvery: options.validateEvery ?? { epochs: 1 },
    sanityValidation: options.sanityValidation ?? 1,
    recordSteps: options.recordSteps,
    resume: options.resume === undefined ? undefined : await resumeFrom(options.resume, listeners),
  };
}

type Data = Pick<RunPlan, 'data' | 'validation' | 'limit' | 'validationLimit'>;

async function dataOf(source: DataSource, options: FitOptions): Promise<Data> {
  const { batchSize, overfitBatches, limitBatches } = options;
  const { shuffle = overfitBatches === undefined } = options;
  const data = batchesOf('Trainer.fit', source, { batchSize, shuffle });
  const validation = options.validation && batchesOf('Trainer.fit: validation', options.validation, { batchSize });
  const limits = typeof limitBatches === 'object' ? limitBatches : { train: limitBatches, validation: limitBatches };
  return {
    data: new Course('Trainer.fit', overfitBatches === undefined ? data : await firstOf(data, overfitBatches)),
    validation: validation && new Course('Trainer.fit: validation', validation),
    limit: limitOf('Trainer.fit: limitBatches', limits.train, data),
    validationLimit: validation && limitOf('Trainer.fit: limitBatches of validation', limits.validation, validation),
  };
}

async function firstOf(batches: Batches, count: number): Promise<Batch[]> {
  const first: Batch[] = [];
  for await (const batch of batches) if (first.push(batch) === count) break;
  return first;
}
