import type { Machine } from '../../../profile/machine';
import type { Run } from '../../events';

/** The learning rates that an epoch began with, one for each group of the optimizers. */
export interface EpochRates {
  readonly epoch: number;
  readonly rates: readonly number[];
}

/** What the page is about. */
export interface Report {
  readonly title: string;
  /** Names of classes, for confusion matrices. */
  readonly classes: readonly string[];
  readonly run: Run;
  /** Whether nothing more is to come. */
  readonly isOver: boolean;
  /** When the run began, however often it was left and gone on with. */
  readonly began: Date;
  readonly written: Date;
  readonly rates: readonly EpochRates[];
  /** Where the model is. */
  readonly device: string;
  /** As the driver names what the device computes on. */
  readonly adapter: string | null;
  readonly machine: Machine;
}
