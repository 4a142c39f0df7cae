export { Trainer } from './trainer';
export type { TrainerOptions } from './trainer-options';
export type { FitOptions } from './fit-options';
export type { BatchLimit, BatchLimits } from './batch-limits';
export type { Clipping } from './clip';
export type { CustomStep, StepContext, StepLog } from './custom-step';
export { evaluateStep, trainStep, type Batch, type Loss, type Model, type Objective, type StepResult } from './step';
export type { Batches } from './loop';
export type { DataSource } from './source';
export type { Setting } from './run-settings';
export type { BatchReport, Boundary, Callback, Run, RunFailure } from './events';
export type { EpochRecord, GradientNorm, History, Scores, StepRecord, ValidationRecord } from './history';
export * from './metrics';
export { progress, progressLines, type ProgressStream } from './callbacks/progress';
export { earlyStopping, type EarlyStoppingOptions } from './callbacks/early-stopping';
export { checkpoint, type Checkpoint } from './callbacks/checkpoint';
export type { CheckpointOptions, Rhythm } from './callbacks/checkpoint-options';
export type { Ranked } from './callbacks/kept-files';
export { migrateCheckpoint } from './migrate-checkpoint';
export type { ResumeOption } from './resume';
export type { RunState } from './run-state';
export { profile } from './callbacks/profile';
export { htmlReport, type HtmlReportOptions } from './callbacks/html-report';
export { csvLog } from './callbacks/csv-log';
export { jsonlLog, type JsonlLogOptions } from './callbacks/jsonl-log';
export { schedule, type ScheduleOptions, type Steppable } from './callbacks/schedule';
export { tensorBoard, type TensorBoardOptions } from './callbacks/tensor-board';
export type { ImageSource, ImageSources } from './callbacks/epoch-images';
export { ema, type EmaOptions } from './callbacks/ema';
export type { AveragingCallback } from './callbacks/averaging-callback';
export { swa, type SwaOptions } from './callbacks/swa';
export { updateStatistics } from './update-statistics';
export { nanGuard, type NanGuardOptions } from './callbacks/nan-guard';
export { gradientStats, type GradientStatsOptions } from './callbacks/gradient-stats';
export { timeLimit, type TimeLimit } from './callbacks/time-limit';
export {
  learningRateFinder,
  type LearningRateFinder,
  type LearningRateFinderOptions,
} from './callbacks/learning-rate-finder';
export type { RateRange } from './callbacks/rate-range';
