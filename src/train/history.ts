/** Averages over the samples of an epoch or a data set; `K` are the metrics' names. */
export interface Scores<K extends string = string> {
  readonly loss: number;
  readonly metrics: Readonly<Record<K, number>>;
}

export interface EpochRecord<K extends string = string> extends Scores<K> {
  /** From 1. */
  readonly epoch: number;
  readonly validation?: Scores<K>;
  readonly seconds: number;
}

/** What `fit` returns: plain data, ready for JSON. */
export interface History<K extends string = string> {
  readonly epochs: EpochRecord<K>[];
  /** Why a callback ended the run early. */
  stopped?: string;
}
