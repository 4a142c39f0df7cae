import type { Elsewhere } from '../core/options';
import type { FitOptions } from './fit-options';
import type { AnyTrainerOptions } from './trainer-options';

const trainerOptionNames: readonly (keyof AnyTrainerOptions)[] = ['optimizer', 'loss', 'metrics', 'callbacks', 'device', 'accumulate', 'clipNorm', 'clipValue', 'optimizers', 'trainStep']; // prettier-ignore
const fitOptionNames: readonly (keyof FitOptions)[] = ['epochs', 'validation', 'progress', 'batchSize', 'shuffle', 'profile', 'maxSteps', 'validateEvery', 'sanityValidation', 'limitBatches', 'overfitBatches', 'fastDevRun', 'seed', 'recordSteps', 'resume']; // prettier-ignore

/** The options of `new Trainer`, and those of `fit`: who gives one in the other's place is told. */
export const trainerOptions = { names: trainerOptionNames, call: (name) => `new Trainer(model, { ${name} })` } satisfies Elsewhere; // prettier-ignore
export const fitOptions = { names: fitOptionNames, call: (name) => `trainer.fit(data, { ${name} })` } satisfies Elsewhere; // prettier-ignore
