/** Averages over the samples of an epoch or a data set. */
export interface Scores {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface EpochRecord extends Scores {
  /** From 1. */
  readonly epoch: number;
  readonly validation?: Scores;
  readonly seconds: number;
}

/** What `fit` returns: plain data, ready for JSON. */
export interface History {
  readonly epochs: EpochRecord[];
  /** Why a callback ended the run early. */
  stopped?: string;
}
