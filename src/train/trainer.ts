import { DecogradError, ShapeError, ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { reword } from '../core/reword';
import { TensorDataset } from '../data';
import { isModule, parameters, setTraining, to } from '../module';
import { concatenate, device, isTensor, noGrad, type Tensor } from '../tensor';
import { profile } from './callbacks/profile';
import { progress } from './callbacks/progress';
import { emit, emitEnd, type Callback, type Run } from './events';
import type { EpochRecord, History, Scores } from './history';
import { checkedSize, loop, type Batches } from './loop';
import { accumulated, withoutStreams } from './metrics/accumulate';
import type { Metric, StreamingMetric, ValueOf } from './metrics';
import { inMode } from './mode';
import { snapshot } from './snapshot';
import { movedTo } from './nested-tensors';
import { batchCount, batchesOf, type BatchOptions, type DataSource } from './source';
import { evaluateStep, trainStep, type Batch, type Model, type Objective, type StepResult } from './step';
import { checkFit, checkTrainer, optimizerOf, type FitOptions, type TrainerOptions } from './trainer-options';

/** A run under way, with the data of it. */
interface Fitting<K extends string> extends Run {
  epoch: number;
  step: number;
  readonly history: History<K>;
  readonly data: Batches;
  readonly validation?: Batches;
  readonly callbacks: readonly Callback[];
}

/**
 * Fits, evaluates and predicts with one model. Batches are moved to where the model is. Without an optimizer it cannot fit.
 * @throws ValueError for options that cannot be, an optimizer of other parameters among them
 * @example
 * const trainer = new Trainer(model, { optimizer: new Adam(model, { lr: 1e-3 }), loss: crossEntropyLoss, metrics: { accuracy } });
 * const history = await trainer.fit(loader, { epochs: 3, validation: [xTest, yTest] });
 */
export class Trainer<K extends string = string, M extends Metric | StreamingMetric = Metric> {
  /** The device that batches go to. */
  private home: string | undefined;
  /** What was trained on last. */
  private latest: unknown;

  constructor(
    readonly model: Model,
    readonly options: TrainerOptions<K, M>,
  ) {
    checkTrainer(model, options);
  }

  /**
   * Trains for some epochs; returns loss and metrics of each, averaged over its samples as they were trained. Streaming
   * metrics are computed over the epoch as a whole.
   * @throws ValueError for options that cannot be, or where the trainer has no optimizer
   * @throws GradientError at the first loss or gradient that is no finite number, before it reaches the parameters
   */
  async fit(source: DataSource, options: FitOptions): Promise<History<K, ValueOf<M>>> {
    checkFit(source, options);
    const optimizer = optimizerOf(this.options);
    await this.place();
    const { batchSize, shuffle = true, validation } = options;
    const data = batchesOf('Trainer.fit', source, { batchSize, shuffle });
    const history: History<K> = { epochs: [] };
    const run: Fitting<K> = {
      model: this.model,
      optimizer,
      history,
      epochs: options.epochs,
      epoch: 0,
      step: 0,
      batches: batchCount(data),
      stop: (reason) => void (history.stopped = reason),
      data,
      validation: validation && batchesOf('Trainer.fit: validation', validation, { batchSize }),
      callbacks: [
        ...(options.progress === false ? [] : [progress()]),
        ...(options.profile === undefined ? [] : [profile(options.profile)]),
        ...(this.options.callbacks ?? []),
      ],
    };
    return (await this.run(run)) as History<K, ValueOf<M>>;
  }

  private async run(run: Fitting<K>): Promise<History<K>> {
    try {
      await emit(run.callbacks, 'onFitStart', run);
      while (run.epoch < run.epochs && run.history.stopped === undefined) {
        run.epoch++;
        await this.epoch(run);
      }
    } catch (error) {
      await emitEnd(run.callbacks, run).catch(() => undefined); // what went wrong first is what is told
      throw error;
    }
    await emitEnd(run.callbacks, run);
    return run.history;
  }

  private async epoch(run: Fitting<K>): Promise<void> {
    const { callbacks } = run;
    const began = performance.now();
    await emit(callbacks, 'onEpochStart', run);
    const where = `Trainer.fit: epoch ${run.epoch}`;
    const scores = await this.pass(true, () =>
      loop(where, run.data, (batch) => this.step(batch, run), (report) => emit(callbacks, 'onBatchEnd', run, report)),
    ); // prettier-ignore
    const validation = run.validation && (await this.score(`${where}: validation`, run.validation));
    const seconds = (performance.now() - began) / 1000;
    const record = { epoch: run.epoch, ...scores, ...(validation && { validation }), seconds } as EpochRecord<K>;
    run.history.epochs.push(record);
    await emit(callbacks, 'onEpochEnd', run, record);
  }

  private step(batch: readonly [unknown, unknown], run: Fitting<K>): Promise<StepResult> {
    run.step++;
    this.latest = batch;
    return located(`Trainer.fit: step ${run.step} (epoch ${run.epoch})`, () =>
      trainStep(this.model, this.here(batch), this.options as Objective, run.optimizer),
    );
  }

  /**
   * For `explain`: a training step on the batch, by default the one that was trained on last, and what undoes all that such
   * steps did.
   */
  async rehearsal(batch: unknown = this.latest): Promise<{ step: () => Promise<StepResult>; end: () => void }> {
    const optimizer = optimizerOf(this.options);
    if (batch === undefined)
      throw new ValueError('explain: the trainer has trained on no batch yet; give one, { batch: [input, target] }');
    checkedSize('explain: the batch', batch);
    await this.place();
    const end = snapshot(this.model, optimizer);
    setTraining(this.model, true);
    const here = this.here(batch as Batch);
    const objective = withoutStreams(this.options as Objective);
    return { step: () => trainStep(this.model, here, objective, optimizer), end };
  }

  /** Loss and metrics in eval mode, averaged over samples. */
  async evaluate(source: DataSource, options: Pick<BatchOptions, 'batchSize'> = {}): Promise<Scores<K, ValueOf<M>>> {
    checkOptions('Trainer.evaluate', options, ['batchSize']);
    await this.place();
    return this.score('Trainer.evaluate', batchesOf('Trainer.evaluate', source, options));
  }

  private score(where: string, data: Batches): Promise<Scores<K, ValueOf<M>>> {
    const evaluate = (batch: readonly [unknown, unknown], number: number): Promise<StepResult> =>
      located(`${where}: batch ${number}`, () => evaluateStep(this.model, this.here(batch), this.options as Objective));
    return this.pass(false, () => loop(where, data, evaluate));
  }

  /** One pass over data in train or eval mode, with the values of streaming metrics. */
  private async pass(training: boolean, fn: () => Promise<Scores>): Promise<Scores<K, ValueOf<M>>> {
    const scores = await accumulated(this.options.metrics, () => inMode(this.model, training, fn));
    return scores as unknown as Scores<K, ValueOf<M>>;
  }

  /**
   * The outputs in eval mode, for inputs as one tensor, which makes one batch where no `batchSize` is given, or in batches,
   * of which targets are left aside.
   */
  async predict(source: Tensor | DataSource, options: Pick<BatchOptions, 'batchSize'> = {}): Promise<Tensor> {
    checkOptions('Trainer.predict', options, ['batchSize']);
    await this.place();
    return inMode(this.model, false, async () => {
      if (isTensor(source) && options.batchSize === undefined) return this.output(source);
      const data = isTensor(source) ? new TensorDataset(source) : source;
      const outputs: Tensor[] = [];
      for await (const batch of batchesOf('Trainer.predict', data, options) as AsyncIterable<unknown>)
        outputs.push(this.output(Array.isArray(batch) ? (batch[0] as unknown) : batch));
      if (outputs.length === 0) throw new ValueError('Trainer.predict: the data gave no batch');
      return noGrad(() => concatenate(outputs, 0));
    });
  }

  private output(input: unknown): Tensor {
    const output: unknown = noGrad(() => this.model.forward(this.here(input)) as unknown);
    if (isTensor(output)) return output;
    throw new ShapeError('Trainer.predict: the model returned no tensor; call its forward yourself, in eval mode');
  }

  /** Moves the model, and a loss that is a module, to the device that was asked for; notes where the model is. */
  private async place(): Promise<void> {
    if (this.options.device !== undefined) {
      const { name } = await device(this.options.device);
      for (const part of [this.model, this.options.loss]) if (isModule(part)) to(part, name);
    }
    this.home = parameters(this.model)[0]?.device;
  }

  private here<T>(batch: T): T {
    return this.home === undefined ? batch : movedTo(batch, this.home);
  }
}

/** Puts where it happened in front of an error's message. */
async function located<T>(where: string, fn: () => Promise<T>): Promise<T> {
  try {
    return await fn();
  } catch (error) {
    if (error instanceof DecogradError) reword(error, `${where}: ${error.message}`);
    throw error;
  }
}
