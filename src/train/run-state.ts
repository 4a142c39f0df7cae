import type { RandomState } from '../tensor';
import type { CourseState } from './course';
import type { CallbackState } from './events';
import type { History, Scores } from './history';
import type { SubjectState } from './subject-state';
import type { PassState } from './training-pass';

/** All that a run needs to go on from where it was left. */
export interface RunState extends SubjectState {
  readonly epoch: number;
  readonly step: number;
  /** What is done of the epoch under way; null between two epochs. */
  readonly pass: PassState | null;
  /** The last validation of that epoch. */
  readonly validated: Scores | null;
  readonly data: CourseState;
  readonly validation: CourseState | null;
  readonly random: RandomState;
  readonly history: History;
  readonly callbacks: readonly CallbackState[];
}
