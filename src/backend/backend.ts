import type { ComputeType } from '../core/dtype';
import type { Cell } from '../graph/node';
import type { Kernel } from '../kernels/kernels';
import type { MachineLimits, Watch } from './watch';

/** One kernel of a program; the kernel's views name buffers of the program. */
export interface Step {
  readonly kernel: Kernel;
  /** The buffers it writes, each whole and row-major: one, except for loops. */
  readonly outputs: readonly number[];
  /** What the user called it, for errors and `explain`. */
  readonly name: string;
}

/** Memory of a program: `offset` (bytes, 64-aligned) places it in the arena, sharing space with what is dead by then. */
export interface Buffer {
  readonly dtype: ComputeType;
  readonly size: number;
  readonly offset: number;
}

/** A planned evaluation: what a backend compiles once and runs many times. */
export interface Program {
  readonly buffers: readonly Buffer[];
  /** Bytes the arena must have. */
  readonly arenaBytes: number;
  /** Buffers bound to the cells handed to `run`, in order. */
  readonly inputs: readonly number[];
  /** Buffers of one element that hold the numbers handed to `run`, in order. */
  readonly scalars: readonly number[];
  readonly steps: readonly Step[];
  readonly outputs: readonly Output[];
}

/** A buffer whose value leaves the run. */
export interface Output {
  readonly buffer: number;
  /** It stays in the engine's memory. */
  readonly resident: boolean;
  /** The position of the input whose place it takes, if each element there may go as soon as the one that replaces it is computed. */
  readonly overwrites?: number;
}

export interface Executable {
  /** Runs the program and fills `outputs`; throws without having filled any. */
  run(inputs: readonly Cell[], scalars: readonly number[], outputs: readonly Cell[], watch?: Watch): void;
  /** Whether the cell of that output may be the one of the input that it replaces. */
  overwrites?(output: number): boolean;
}

/** What a backend computes on. */
export interface Hardware {
  /** As the driver names it. */
  readonly adapter: string;
  /** Whether a program on the CPU takes the place of a GPU: right, and slower than the CPU's own engine. */
  readonly isSoftware: boolean;
  /** What it takes at most. */
  readonly limits: Readonly<Record<string, number>>;
}

/** Storage and dispatch; all mathematics is in the kernels. */
export interface Backend {
  readonly name: string;
  readonly hardware: Hardware;
  /** Whether it answers no more: asked for again, its device is opened anew. */
  readonly isLost?: boolean;
  compile(program: Program): Executable;
  /**
   * When everything asked for so far has been handed to the device; backends without it are done when a call returns.
   * @throws what went wrong after the call that wanted it had returned
   */
  done?(): Promise<void>;
  /** What the machine can do with the threads that there are, where that can be measured. The first time takes half a second. */
  limits?(): MachineLimits;
}
