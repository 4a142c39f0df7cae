export { Trainer, type FitOptions, type TrainerOptions } from './trainer';
export { evaluateStep, trainStep, type Batch, type Loss, type Model, type Objective, type StepResult } from './step';
export type { Batches } from './loop';
export type { DataSource } from './source';
export type { BatchReport, Callback, Run } from './events';
export type { EpochRecord, History, Scores } from './history';
export { accuracy, type Metric } from './metrics';
export { progress, progressLines, type ProgressStream } from './callbacks/progress';
export { earlyStopping } from './callbacks/early-stopping';
