import { ValueError } from '../core/errors';
import { parameters } from '../module';
import { randomState, setRandomState } from '../tensor';
import {
  emit,
  emitEnd,
  hears,
  restoreStates,
  statesOf,
  type Awaitable,
  type Run,
  type RunFailure,
  type Trial,
} from './events';
import type { EpochRecord, History, Scores, StepRecord, ValidationRecord } from './history';
import { onInterrupt } from './interrupt';
import { located } from './located';
import { freshMetrics, withoutStreams } from './metrics/accumulate';
import { inMode } from './mode';
import type { RunPlan } from './run-plan';
import type { RunState } from './run-state';
import { restoreInto, type Resume } from './resume';
import { settingsOf } from './run-settings';
import { snapshot } from './snapshot';
import { isOnce } from './source';
import { whole, type Objective, type StepResult } from './step';
import type { Subject } from './subject';
import { subjectState } from './subject-state';
import { TrainingPass, type PassState, type Report } from './training-pass';

/** One call of `fit`. */
export class FitRun implements Run {
  readonly history: History = { epochs: [] };
  epoch = 0;
  step = 0;
  isInterrupted = false;
  failure: RunFailure | undefined;
  /** Whether the run ends with the step under way, and without a validation. */
  private isAborted = false;
  /** Whether callbacks heard of a step as the last of the run. */
  private isLeft = false;
  private pass: TrainingPass | undefined;
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
    return this.optimizers[0];
  }
  get optimizers() {
    return this.subject.optimizers;
  }
  get settings() {
    return settingsOf(this.subject.options, this.plan.options);
  }
  get epochs() {
    return this.plan.epochs;
  }
  get batches() {
    const { data, limit = Infinity } = this.plan;
    return data.length === undefined ? undefined : Math.min(data.length, limit);
  }
  get validates() {
    return this.plan.validation !== undefined;
  }
  get metrics() {
    const { metrics = {}, trainStep } = this.subject.options;
    return trainStep ? undefined : Object.keys(metrics);
  }
  get isEnding() {
    return this.isCut || (this.pass === undefined && !this.goesOn());
  }
  /** Whether the run ends with the step under way, be the epoch over or not. */
  private get isCut() {
    return this.isAborted || this.step >= this.plan.maxSteps;
  }
  stop(reason: string, after: 'epoch' | 'step' = 'epoch'): void {
    this.history.stopped ??= reason;
    if (after === 'step') this.isAborted = true;
  }

  get isResumed() {
    return this.plan.resume !== undefined;
  }
  get resumedFrom() {
    return this.plan.resume?.from;
  }

  async run(): Promise<History> {
    const { listeners, resume } = this.plan;
    if (resume) this.restore(resume);
    this.subject.useAverages(false);
    await this.checkValidation();
    const release = onInterrupt(() => {
      this.isInterrupted = true;
      this.stop('interrupted by Ctrl-C (SIGINT)', 'step');
    });
    try {
      await emit(listeners, 'onFitStart', this);
      if (resume) await this.goOn(resume.state);
      while (this.goesOn()) await this.oneEpoch();
    } catch (error) {
      this.failure = { error };
      await emitEnd(listeners, this).catch(() => undefined); // what went wrong first is what is told
      throw error;
    } finally {
      release();
    }
    this.subject.useAverages(true);
    await emitEnd(listeners, this);
    return this.history;
  }

  async state(): Promise<RunState> {
    const { epoch, step, history, plan, pass, validated = null } = this;
    const { stopped: _, ...records } = history;
    const place = await pass?.state();
    return {
      ...subjectState(this.subject, pass !== undefined && !pass.share.isLast),
      epoch,
      step,
      pass: place?.pass ?? null,
      validated,
      data: place?.course ?? plan.data.state(),
      validation: plan.validation?.state() ?? null,
      random: randomState(),
      history: structuredClone(records),
      callbacks: statesOf(plan.listeners),
    };
  }

  /** Takes over what was trained, and what was noted of it. */
  private restore(resume: Resume): void {
    restoreInto(this.subject, resume);
    const { history, epoch, step, validated } = resume.state;
    Object.assign(this.history, structuredClone(history));
    [this.epoch, this.step, this.validated] = [epoch, step, validated ?? undefined];
  }

  /** Takes over what callbacks, data and random numbers were, and finishes the epoch that was under way. */
  private async goOn({ pass, data, validation, random, callbacks }: RunState): Promise<void> {
    const { listeners, data: course, validation: validationCourse } = this.plan;
    if (pass !== null) await emit(listeners, 'onEpochStart', this);
    restoreStates(listeners, callbacks);
    course.restore(data, pass !== null);
    if (validation !== null) validationCourse?.restore(validation, false);
    setRandomState(random);
    this.isLeft = pass !== null && this.isCut;
    if (pass !== null && !this.isAborted) await this.oneEpoch(pass);
  }

  async rehearse<T>(fn: (trial: Trial) => Promise<T>): Promise<T> {
    const { subject, plan, epoch } = this;
    if (epoch > 0 || isOnce(plan.data.source))
      throw new ValueError(
        'rehearse: a trial is made in onFitStart, with data that can be read again, such as a DataLoader or a list',
      );
    const [end, place] = [snapshot(this.model, subject.optimizers), plan.data.state()];
    const { metrics } = withoutStreams(subject.options as Objective);
    const step = (batch: unknown) => subject.train(batch, whole, { step: 1, epoch: 1 }, metrics);
    try {
      return await inMode(this.model, true, () => fn({ batches: plan.data, step }));
    } finally {
      end();
      plan.data.restore(place, false);
    }
  }

  private goesOn(): boolean {
    return this.epoch < this.epochs && this.step < this.plan.maxSteps && this.history.stopped === undefined;
  }

  /** Before the first step; what it draws is drawn again afterwards. The first forward of some models decides their sizes. */
  private async checkValidation(): Promise<void> {
    const { validation, sanityValidation, epochs, maxSteps } = this.plan;
    if (validation === undefined || sanityValidation === 0 || epochs === 0 || maxSteps === 0) return;
    const isUnsized = parameters(this.model).some(({ shape }) => shape.some((size) => typeof size !== 'number'));
    if (isUnsized || isOnce(validation.source)) return;
    const random = randomState();
    try {
      await this.scored('Trainer.fit: validation, before the first step', validation, sanityValidation);
    } finally {
      setRandomState(random);
    }
  }

  private async oneEpoch(from: PassState | null = null): Promise<void> {
    if (from === null) await this.beginEpoch();
    this.checkLength();
    const { data, limit, validateEvery, listeners } = this.plan;
    const pass = new TrainingPass(this.subject, `Trainer.fit: epoch ${this.epoch}`, data, limit, from ?? undefined);
    this.pass = pass;
    const scores = await pass.run({
      step: (batch) => this.trainOn(batch, pass),
      onBatch: (report) => this.afterBatch(report, pass),
      endsHere: () => this.isLeft,
    });
    this.pass = undefined;
    const { epochs } = validateEvery;
    if (epochs !== undefined && this.epoch % epochs === 0) await this.validate();
    const { validated: validation } = this;
    const record: EpochRecord = {
      epoch: this.epoch,
      ...scores,
      ...(validation && { validation }),
      seconds: pass.seconds,
    };
    this.history.epochs.push(record);
    await emit(listeners, 'onEpochEnd', this, record);
    if (!this.isLeft) await this.afterEpoch();
  }

  private async afterEpoch(): Promise<void> {
    const { listeners } = this.plan;
    const wasEnding = this.isEnding;
    await emit(listeners, 'onBoundary', this, 'epoch');
    if (!wasEnding && this.isEnding) await emit(listeners, 'onBoundary', this, 'epoch'); // Ctrl-C came meanwhile
  }

  private async beginEpoch(): Promise<void> {
    this.epoch++;
    this.validated = undefined;
    await emit(this.plan.listeners, 'onEpochStart', this);
  }

  private checkLength(): void {
    const { batches, announced, epoch } = this;
    if (batches !== undefined && announced !== undefined && batches < announced)
      throw new ValueError(
        `Trainer.fit: epoch ${epoch}: the data has ${batches} batches, and had ${announced} when the run began; it must ` +
          'not shrink in a run',
      );
  }

  private async trainOn(batch: unknown, { share }: TrainingPass): Promise<StepResult> {
    this.subject.latest = batch;
    const [step, { epoch }] = [this.step + 1, this];
    try {
      const result = await this.subject.train(batch, share, { step, epoch });
      if (share.isLast) this.step = step;
      return result;
    } catch (error) {
      throw located(`Trainer.fit: step ${step} (epoch ${epoch})`, error);
    }
  }

  private async afterBatch(report: Report, pass: TrainingPass): Promise<void> {
    const { listeners, validateEvery } = this.plan;
    const told = emit(listeners, 'onBatchEnd', this, report);
    if (told) await told;
    if (!pass.share.isLast) return emit(listeners, 'onBoundary', this, 'batch');
    const ended = this.afterStep(pass.stepScores(report));
    if (ended) await ended;
    const { steps } = validateEvery;
    if (steps !== undefined && this.step % steps === 0) await this.validate();
    this.isLeft = this.isCut;
    return emit(listeners, 'onBoundary', this, 'step');
  }

  private afterStep(average: StepResult): Awaitable {
    const { listeners, recordSteps } = this.plan;
    const isRecorded = recordSteps !== undefined && this.step % recordSteps === 0;
    if (!isRecorded && !hears(listeners, 'onStepEnd')) return;
    const record: StepRecord = { step: this.step, epoch: this.epoch, ...average };
    if (isRecorded) (this.history.steps ??= []).push(record);
    return emit(listeners, 'onStepEnd', this, record);
  }

  private async validate(): Promise<void> {
    const { validation, validationLimit, listeners, validateEvery } = this.plan;
    if (validation === undefined || (this.isAborted && (this.isLeft || this.pass !== undefined))) return;
    const { step, epoch } = this;
    await emit(listeners, 'onValidationStart', this);
    const where = `Trainer.fit: epoch ${epoch}: validation`;
    const { metrics } = this.subject.options;
    const own = validateEvery.steps === undefined ? metrics : freshMetrics(metrics);
    this.validated = await this.scored(where, validation, validationLimit, own as Objective['metrics']);
    const record: ValidationRecord = { step, epoch, ...this.validated };
    if (validateEvery.steps !== undefined) (this.history.validations ??= []).push(record);
    await emit(listeners, 'onValidationEnd', this, record);
  }

  private async scored(...args: Parameters<Subject['score']>): Promise<Scores> {
    this.subject.useAverages(true);
    const scores = await this.subject.score(...args);
    this.subject.useAverages(false);
    return scores as Scores;
  }
}
