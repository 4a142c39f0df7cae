import { randomState, setRandomState, type RandomState } from '../tensor';
import type { Course, CourseState } from './course';
import { whole, type Share } from './step';

/** Where a pass stands: in the data at the begin of the window under way, and how many batches of it are done. */
export interface WindowsState {
  readonly course: CourseState;
  readonly done: number;
}

/**
 * Batches in windows, each of which is one step of the optimizer; `share` says what the latest batch is of its window. A
 * window is read before its first batch is worked on, since shares are by samples, and the last window may be short.
 */
export class Windows implements AsyncIterable<any> {
  share: Share = whole;
  /** Batches of the window under way that were given. */
  private given = 0;
  private begun: CourseState | undefined;

  /**
   * @param done batches of the first window that are done already: `onDone` hears of them, and they are not given again
   */
  constructor(
    private readonly course: Course,
    private readonly size: number,
    private readonly samplesOf: (batch: unknown, number: number) => number,
    private readonly limit = Infinity,
    private done = 0,
    private readonly onDone: (batch: unknown, share: Share) => void = () => {},
  ) {}

  get length(): number | undefined {
    return this.course.length;
  }

  /** After the last batch of a window it is where the data stands, since nothing is read ahead of a window. */
  state(): WindowsState {
    return this.share.isLast ? { course: this.course.state(), done: 0 } : { course: this.begun!, done: this.given };
  }

  [Symbol.asyncIterator](): AsyncIterator<any> {
    return this.size === 1 ? this.course[Symbol.asyncIterator]() : this.read();
  }

  private async *read(): AsyncGenerator<any> {
    let [batches, samples] = [[] as unknown[], [] as number[]];
    const random = this.done > 0 ? randomState() : undefined;
    await this.course.open();
    this.begun = this.course.state();
    for await (const batch of this.course) {
      batches.push(batch);
      const number = this.course.taken;
      samples.push(this.samplesOf(batch, number));
      if (batches.length < this.size && number < this.limit) continue;
      yield* this.parts(batches, samples, random);
      [batches, samples] = [[], []];
      this.begun = this.course.state();
    }
    yield* this.parts(batches, samples, random);
  }

  private *parts(batches: readonly unknown[], samples: readonly number[], random?: RandomState): Generator<unknown> {
    if (random && this.done > 0) setRandomState(random); // it was read for the second time: the run is further than that
    const total = samples.reduce((sum, count) => sum + count, 0);
    for (const [i, batch] of batches.entries()) {
      this.share = { isFirst: i === 0, isLast: i === batches.length - 1, weight: samples[i] / total };
      this.given = i + 1;
      if (i < this.done) this.onDone(batch, this.share);
      else yield batch;
    }
    this.done = 0;
  }
}
