import type { ProgramName, Report } from './programs';

/** Somewhere programs run. */
export interface Place {
  /** Runs the program on the device, afresh; rejects with what went wrong, errors that nobody caught among it. */
  run<N extends ProgramName>(program: N, device: string): Promise<Report<N>>;
  close(): Promise<void>;
}
