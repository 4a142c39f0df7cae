/**
 * What an epoch or a data set gave: averages over its samples, and the values of streaming metrics, which may be nested
 * arrays of plain numbers. `K` are the metrics' names, `V` their values.
 */
export interface Scores<K extends string = string, V = number> {
  readonly loss: number;
  readonly metrics: Readonly<Record<K, V>>;
}

export interface EpochRecord<K extends string = string, V = number> extends Scores<K, V> {
  /** From 1. */
  readonly epoch: number;
  readonly validation?: Scores<K, V>;
  readonly seconds: number;
}

/** What `fit` returns: plain data, ready for JSON. */
export interface History<K extends string = string, V = number> {
  readonly epochs: EpochRecord<K, V>[];
  /** Why a callback ended the run early. */
  stopped?: string;
}
