/**
 * What an epoch or a data set gave: averages over its samples, and the values of streaming metrics, which may be nested
 * arrays of plain numbers. `K` are the metrics' names, `V` their values.
 */
export interface Scores<K extends string = string, V = number> {
  readonly loss: number;
  readonly metrics: Readonly<Record<K, V>>;
}

/** The L2 norm of a parameter's gradient over the steps of an epoch. */
export interface GradientNorm {
  readonly mean: number;
  readonly max: number;
}

export interface EpochRecord<K extends string = string, V = number> extends Scores<K, V> {
  /** From 1. */
  readonly epoch: number;
  /** Where there was one in this epoch; of several the last. */
  readonly validation?: Scores<K, V>;
  readonly seconds: number;
  /** By the path of the parameter, where a callback such as `gradientStats` measured them. */
  gradients?: Readonly<Record<string, GradientNorm>>;
}

/** One step of the optimizer: averages over the samples of its batches. Streaming metrics are not in it. */
export interface StepRecord<K extends string = string> {
  /** From 1, in this run. */
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  readonly metrics: Readonly<Partial<Record<K, number>>>;
}

export interface ValidationRecord<K extends string = string, V = number> extends Scores<K, V> {
  /** Steps taken before it. */
  readonly step: number;
  readonly epoch: number;
}

/** What `fit` returns: plain data, ready for JSON. */
export interface History<K extends string = string, V = number> {
  readonly epochs: EpochRecord<K, V>[];
  /** Every so many steps, where `recordSteps` says how many. */
  steps?: StepRecord<K>[];
  /** Where validation comes every so many steps. */
  validations?: ValidationRecord<K, V>[];
  /** Why a callback, or Ctrl-C, ended the run early. */
  stopped?: string;
}
