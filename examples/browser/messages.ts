// What the page and its worker tell each other.
import type { DeviceReport, Inventory } from 'decograd';

export type ToWorker =
  /** A new model on this device; what was there before is thrown away. */
  | { readonly type: 'open'; readonly device: string }
  | { readonly type: 'train' }
  | { readonly type: 'pause' }
  /** Reads 28 x 28 numbers from 0 to 1. */
  | { readonly type: 'read'; readonly pixels: Float32Array }
  /** Reads one of the test digits. */
  | { readonly type: 'readTestDigit'; readonly index: number };

export type State = 'loading' | 'ready' | 'training' | 'paused' | 'done';

/** Where training is; the loss is an average over the steps since the last such message. */
export interface Progress {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  /** On test digits, where it was measured after this step. */
  readonly accuracy: number | null;
}

export interface Reading {
  readonly pixels: Float32Array;
  readonly probabilities: readonly number[];
  /** What a test digit is. */
  readonly label: number | null;
}

export type FromWorker =
  | { readonly type: 'devices'; readonly reports: readonly DeviceReport[]; readonly best: string }
  | ({ readonly type: 'model' } & ReturnType<Inventory['toJSON']>)
  | { readonly type: 'state'; readonly state: State; readonly device: string }
  | ({ readonly type: 'progress' } & Progress)
  | ({ readonly type: 'reading' } & Reading)
  | { readonly type: 'error'; readonly message: string };
