import { ValueError } from '../core/errors';
import { parameters } from '../module';
import { randomState, setRandomState } from '../tensor';
import { Average } from './average';
import { checkedSize } from './batch-size';
import { emit, emitEnd, hears, type Run } from './events';
import type { EpochRecord, History, Scores, StepRecord, ValidationRecord } from './history';
import { onInterrupt } from './interrupt';
import { located } from './located';
import { loop, type OnBatch } from './loop';
import { freshMetrics } from './metrics/accumulate';
import { firstSize } from './nested-tensors';
import type { RunPlan } from './run-plan';
import { batchCount, isOnce } from './source';
import { whole, type Objective, type Share, type StepResult } from './step';
import type { Subject } from './subject';
import { Windows } from './windows';

type Report = Parameters<OnBatch>[0];

/** One call of `fit`. */
export class FitRun implements Run {
  readonly history: History = { epochs: [] };
  epoch = 0;
  step = 0;
  isInterrupted = false;
  readonly isResumed: boolean = false;
  /** Whether the run ends with the step under way, and without a validation. */
  private isAborted = false;
  /** The batches of an epoch where several share a step. */
  private windows: Windows | undefined;
  private window = new Average();
  private readonly announced: number | undefined;
  /** The last validation of the epoch under way. */
  private validated: Scores | undefined;

  constructor(
    private readonly subject: Subject,
    private readonly plan: RunPlan,
  ) {
    this.announced = this.batches;
  }

  get model() {
    return this.subject.model;
  }
  get optimizer() {
    return this.subject.optimizers[0];
  }
  get epochs() {
    return this.plan.epochs;
  }
  get batches() {
    const { data, limit = Infinity } = this.plan;
    const count = batchCount(data);
    return count === undefined ? undefined : Math.min(count, limit);
  }
  get validates() {
    return this.plan.validation !== undefined;
  }
  get isEnding() {
    return this.isCut || !this.goesOn();
  }
  /** Whether the run ends with the step under way, be the epoch over or not. */
  private get isCut() {
    return this.isAborted || this.step >= this.plan.maxSteps;
  }
  stop(reason: string, after: 'epoch' | 'step' = 'epoch'): void {
    this.history.stopped ??= reason;
    if (after === 'step') this.isAborted = true;
  }

  async run(): Promise<History> {
    await this.checkValidation();
    const release = onInterrupt(() => {
      this.isInterrupted = true;
      this.stop('interrupted by Ctrl-C (SIGINT)', 'step');
    });
    const { listeners } = this.plan;
    try {
      await emit(listeners, 'onFitStart', this);
      while (this.goesOn()) await this.oneEpoch();
    } catch (error) {
      await emitEnd(listeners, this).catch(() => undefined); // what went wrong first is what is told
      throw error;
    } finally {
      release();
    }
    await emitEnd(listeners, this);
    return this.history;
  }

  private goesOn(): boolean {
    return this.epoch < this.epochs && this.step < this.plan.maxSteps && this.history.stopped === undefined;
  }

  /** Before the first step; what it draws is drawn again afterwards. The first forward of some models decides their sizes. */
  private async checkValidation(): Promise<void> {
    const { validation, sanityValidation, epochs, maxSteps } = this.plan;
    if (validation === undefined || sanityValidation === 0 || epochs === 0 || maxSteps === 0) return;
    const isUnsized = parameters(this.model).some(({ shape }) => shape.some((size) => typeof size !== 'number'));
    if (isUnsized || isOnce(validation)) return;
    const random = randomState();
    try {
      await this.subject.score('Trainer.fit: validation, before the first step', validation, sanityValidation);
    } finally {
      setRandomState(random);
    }
  }

  private async oneEpoch(): Promise<void> {
    this.epoch++;
    this.checkLength();
    this.validated = undefined;
    const began = performance.now();
    await emit(this.plan.listeners, 'onEpochStart', this);
    const { epochs } = this.plan.validateEvery;
    const scores = await this.trainingPass();
    if (epochs !== undefined && this.epoch % epochs === 0) await this.validate();
    const [validation, seconds] = [this.validated as Scores | undefined, (performance.now() - began) / 1000];
    const record: EpochRecord = { epoch: this.epoch, ...scores, ...(validation && { validation }), seconds };
    this.history.epochs.push(record);
    await emit(this.plan.listeners, 'onEpochEnd', this, record);
    if (!this.isCut) await emit(this.plan.listeners, 'onBoundary', this, 'epoch');
  }

  private checkLength(): void {
    const { batches, announced, epoch } = this;
    if (batches !== undefined && announced !== undefined && batches < announced)
      throw new ValueError(
        `Trainer.fit: epoch ${epoch}: the data has ${batches} batches, and had ${announced} when the run began; it must ` +
          'not shrink in a run',
      );
  }

  private trainingPass(): Promise<Scores> {
    const { trainStep, metrics, accumulate = 1 } = this.subject.options;
    const { data, limit } = this.plan;
    const where = `Trainer.fit: epoch ${this.epoch}`;
    const samplesOf = (batch: unknown, number: number) => checkedSize(`${where}: batch ${number}`, batch);
    this.windows = accumulate === 1 ? undefined : new Windows(data, accumulate, samplesOf, limit);
    const pass = {
      where,
      batches: this.windows ?? data,
      step: (batch: unknown) => this.trainOn(batch),
      onBatch: (report: Report) => this.afterBatch(report),
      isOver: (number: number) => number === limit || this.endsHere(),
      sizeOf: trainStep && ((_: string, batch: unknown) => firstSize(batch) ?? 1),
    };
    const streams = trainStep ? undefined : (metrics as Objective['metrics']);
    return this.subject.pass(true, () => loop(pass), streams) as Promise<Scores>;
  }

  private get share(): Share {
    return this.windows?.share ?? whole;
  }

  /** Whether the epoch under way ends with this batch; a step that was begun is finished. */
  private endsHere(): boolean {
    return this.share.isLast && this.isCut;
  }

  private async trainOn(batch: unknown): Promise<StepResult> {
    this.subject.latest = batch;
    const [step, { epoch, share }] = [this.step + 1, this];
    const result = await located(
      () => `Trainer.fit: step ${step} (epoch ${epoch})`,
      () => this.subject.train(batch, share, { step, epoch }),
    );
    if (share.isLast) this.step = step;
    return result;
  }

  private async afterBatch(report: Report): Promise<void> {
    await emit(this.plan.listeners, 'onBatchEnd', this, report);
    const { share, plan } = this;
    if (this.windows) this.window.add(report, report.size);
    if (!share.isLast) return emit(plan.listeners, 'onBoundary', this, 'batch');
    await this.afterStep(report);
    const { steps } = plan.validateEvery;
    if (steps !== undefined && this.step % steps === 0) await this.validate();
    await emit(plan.listeners, 'onBoundary', this, 'step');
  }

  private async afterStep({ loss, metrics }: StepResult): Promise<void> {
    const { listeners, recordSteps } = this.plan;
    const average = this.windows ? this.window.scores() : { loss, metrics };
    if (this.windows) this.window = new Average();
    const isRecorded = recordSteps !== undefined && this.step % recordSteps === 0;
    if (!isRecorded && !hears(listeners, 'onStepEnd')) return;
    const record: StepRecord = { step: this.step, epoch: this.epoch, ...average };
    if (isRecorded) (this.history.steps ??= []).push(record);
    await emit(listeners, 'onStepEnd', this, record);
  }

  private async validate(): Promise<void> {
    const { validation, validationLimit, listeners, validateEvery } = this.plan;
    if (validation === undefined || this.isAborted) return;
    const { step, epoch } = this;
    await emit(listeners, 'onValidationStart', this);
    const where = `Trainer.fit: epoch ${epoch}: validation`;
    const { metrics } = this.subject.options;
    const own = validateEvery.steps === undefined ? metrics : freshMetrics(metrics);
    this.validated = (await this.subject.score(
      where,
      validation,
      validationLimit,
      own as Objective['metrics'],
    )) as Scores;
    const record: ValidationRecord = { step, epoch, ...this.validated };
    if (validateEvery.steps !== undefined) (this.history.validations ??= []).push(record);
    await emit(listeners, 'onValidationEnd', this, record);
  }
}
