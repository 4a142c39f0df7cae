import { Average, type AverageState } from './average';
import { checkedSize } from './batch-size';
import type { Course, CourseState } from './course';
import type { Scores } from './history';
import { loop, type OnBatch } from './loop';
import { statesOf, type MetricStates } from './metrics/accumulate';
import { firstSize } from './nested-tensors';
import type { Objective, Share, StepResult } from './step';
import type { Subject } from './subject';
import { Windows } from './windows';

export type Report = Parameters<OnBatch>[0];

/** What is done of a pass that was left. */
export interface PassState {
  readonly batches: number;
  /** Batches of the window under way. */
  readonly done: number;
  readonly average: AverageState;
  readonly window: AverageState;
  readonly metrics: MetricStates;
  readonly seconds: number;
}

interface Hooks {
  readonly step: (batch: unknown) => Promise<StepResult>;
  readonly onBatch: (report: Report) => Promise<void>;
  /** Whether the run ends here, be the pass over or not. */
  readonly endsHere: () => boolean;
}

/** One pass over the training data, which can be left after any batch and gone on with. */
export class TrainingPass {
  private batches: number;
  private readonly average: Average;
  private window: Average;
  private readonly windows: Windows;
  private readonly began: number;

  /** @param from what was done of it before; the course was restored */
  constructor(
    private readonly subject: Subject,
    private readonly where: string,
    private readonly course: Course,
    private readonly limit: number | undefined,
    private readonly from?: PassState,
  ) {
    const samplesOf = (batch: unknown, number: number) => checkedSize(`${where}: batch ${number}`, batch);
    const onDone = (batch: unknown, share: Share) => subject.note(batch, share);
    const { accumulate = 1 } = subject.options;
    this.windows = new Windows(course, accumulate, samplesOf, limit, from?.done, onDone);
    this.average = Average.from(from?.average);
    this.window = Average.from(from?.window);
    this.batches = from?.batches ?? 0;
    this.began = performance.now() - (from?.seconds ?? 0) * 1000;
  }

  get share(): Share {
    return this.windows.share;
  }
  get seconds(): number {
    return (performance.now() - this.began) / 1000;
  }

  /** Where the data stands as the window under way begins, and what is done since. */
  async state(): Promise<{ course: CourseState; pass: PassState }> {
    const { batches, seconds } = this;
    const { course, done } = this.windows.state();
    const [average, window, metrics] = [this.average.state(), this.window.state(), await statesOf(this.streams)];
    return { course, pass: { batches, done, average, window, metrics, seconds } };
  }

  run({ step, onBatch, endsHere }: Hooks): Promise<Scores> {
    const pass = {
      where: this.where,
      batches: this.windows,
      step,
      onBatch: (report: Report) => {
        this.batches = report.batch;
        if (this.isShared) this.window.add(report, report.size);
        return onBatch(report);
      },
      isOver: (number: number) => number === this.limit || (this.share.isLast && endsHere()),
      sizeOf: this.subject.options.trainStep && ((_: string, batch: unknown) => firstSize(batch) ?? 1),
      average: this.average,
      done: this.batches,
    };
    if (this.batches > 0 && pass.isOver(this.batches)) this.course.abandon();
    return this.subject.pass(true, () => loop(pass), this.streams, this.from?.metrics) as Promise<Scores>;
  }

  /** What the step that was taken gave: averages over its batches. */
  stepScores({ loss, metrics }: StepResult): Pick<StepResult, 'loss' | 'metrics'> {
    if (!this.isShared) return { loss, metrics };
    const scores = this.window.scores();
    this.window = new Average();
    return scores;
  }

  private get isShared(): boolean {
    return this.subject.options.accumulate !== undefined && this.subject.options.accumulate > 1;
  }
  private get streams(): Objective['metrics'] {
    const { trainStep, metrics } = this.subject.options;
    return trainStep ? undefined : (metrics as Objective['metrics']);
  }
}
