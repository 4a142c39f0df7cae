import { ShapeError, ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { manualSeed } from '../core/random';
import { TensorDataset } from '../data';
import { setTraining } from '../module';
import { concatenate, isTensor, noGrad, tensor, type NestedNumbers, type Tensor } from '../tensor';
import { checkedSize, isNumbers } from './batch-size';
import { breathe } from './breathe';
import { profile } from './callbacks/profile';
import { progress } from './callbacks/progress';
import { listenersOf } from './events';
import { checkFit, type FitOptions } from './fit-options';
import { FitRun } from './fit-run';
import type { History, Scores } from './history';
import { withoutStreams } from './metrics/accumulate';
import { isStreaming, type Metric, type StreamingMetric, type ValueOf } from './metrics/metric';
import { inMode } from './mode';
import { planOf } from './run-plan';
import { snapshot } from './snapshot';
import { batchesOf, inputsOf, type BatchOptions, type DataSource } from './source';
import { whole, type Batch, type Model, type Objective, type StepResult } from './step';
import { Subject } from './subject';
import { checkTrainer, type AnyTrainerOptions, type TrainerOptions } from './trainer-options';

/**
 * Fits, evaluates and predicts with one model. Batches are moved to where the model is. Without an optimizer it cannot fit.
 * @throws ValueError for options that cannot be, or contradict each other; for an optimizer of other parameters
 * @example
 * const optimizer = new Adam(model, { lr: 1e-3 });
 * const trainer = new Trainer(model, { optimizer, loss: crossEntropyLoss, metrics: { accuracy }, clipNorm: 1, accumulate: 4 });
 * const history = await trainer.fit(loader, { epochs: 3, validation: [xTest, yTest] });
 */
export class Trainer<K extends string = string, M extends Metric | StreamingMetric = Metric, B = Batch> {
  private readonly subject: Subject;
  private isFitting = false;

  constructor(
    readonly model: Model,
    readonly options: TrainerOptions<K, M, B>,
  ) {
    checkTrainer(model, options);
    this.subject = new Subject(model, options as AnyTrainerOptions);
  }

  /**
   * Trains for some epochs or steps; returns loss and metrics of each epoch, averaged over its samples as they were trained.
   * Streaming metrics are computed over the epoch as a whole. Ctrl-C finishes the step and ends the run as if it were over,
   * with `history.stopped` set; a second one ends the program.
   * @throws ValueError for options that cannot be, where the trainer has no optimizer, or while another run of it is under way
   * @throws GradientError at the first loss or gradient that is no finite number, before it reaches the parameters
   * @example await trainer.fit(stream, { maxSteps: 1000, validation, validateEvery: { steps: 100 }, seed: 1 });
   */
  async fit(source: DataSource<B>, options: FitOptions): Promise<History<K, ValueOf<M>>> {
    checkFit(source as DataSource, options);
    checkStreams(this.options as AnyTrainerOptions, options);
    void this.subject.optimizers;
    if (this.isFitting)
      throw new ValueError('Trainer.fit: another run of this trainer is under way, whose steps would mix with these; await it first'); // prettier-ignore
    this.isFitting = true;
    try {
      return await this.run(source, options);
    } finally {
      this.isFitting = false;
    }
  }

  private async run(source: DataSource<B>, options: FitOptions): Promise<History<K, ValueOf<M>>> {
    if (options.seed !== undefined) manualSeed(options.seed);
    await this.subject.place();
    const own = [
      ...(options.progress === false ? [] : [progress()]),
      ...(options.profile === undefined ? [] : [profile(options.profile)]),
    ];
    const plan = await planOf(source as DataSource, options, listenersOf(own, this.options.callbacks ?? []));
    return (await new FitRun(this.subject, plan).run()) as History<K, ValueOf<M>>;
  }

  /**
   * For `explain`: a training step on the batch, by default the one that was trained on last, and what undoes all that such
   * steps did.
   */
  async rehearsal(batch: unknown = this.subject.latest): Promise<{ step: () => Promise<StepResult>; end: () => void }> {
    const { optimizers } = this.subject;
    if (batch === undefined)
      throw new ValueError('explain: the trainer has trained on no batch yet; give one, { batch: [input, target] }');
    if (this.options.trainStep === undefined) checkedSize('explain: the batch', batch);
    await this.subject.place();
    const end = snapshot(this.model, optimizers);
    setTraining(this.model, true);
    const here = this.subject.here(batch);
    const { metrics } = withoutStreams(this.options as Objective);
    return { step: () => this.subject.train(here, whole, { step: 1, epoch: 1 }, metrics), end };
  }

  /** Loss and metrics in eval mode, averaged over samples. */
  async evaluate(source: DataSource, options: Pick<BatchOptions, 'batchSize'> = {}): Promise<Scores<K, ValueOf<M>>> {
    checkOptions('Trainer.evaluate', options, ['batchSize']);
    await this.subject.place();
    const batches = batchesOf('Trainer.evaluate', source, options);
    return (await this.subject.score('Trainer.evaluate', batches)) as unknown as Scores<K, ValueOf<M>>;
  }

  /**
   * The outputs in eval mode, for inputs as one tensor or lists of numbers, which make one batch where no `batchSize` is
   * given, or in batches, from memory or as they arrive, of which targets are left aside.
   * @throws ValueError for two tensors of one shape, which may be two batches, or inputs and targets
   * @example (await trainer.predict([[5.1, 3.5, 1.4, 0.2]])).argmax(1);
   */
  async predict(
    source: Tensor | NestedNumbers[] | DataSource<Batch | Tensor>,
    options: Pick<BatchOptions, 'batchSize'> = {},
  ): Promise<Tensor> {
    checkOptions('Trainer.predict', options, ['batchSize']);
    await this.subject.place();
    const given = isNumbers(source) ? tensor(source as NestedNumbers[]) : (source as Tensor | DataSource);
    return inMode(this.model, false, async () => {
      if (isTensor(given) && options.batchSize === undefined) return this.output(given);
      const data = isTensor(given) ? new TensorDataset(given) : inputsOf('Trainer.predict', given);
      const outputs: Tensor[] = [];
      for await (const batch of batchesOf('Trainer.predict', data, options) as AsyncIterable<unknown>) {
        outputs.push(this.output(Array.isArray(batch) ? (batch[0] as unknown) : batch));
        await breathe();
      }
      if (outputs.length === 0) throw new ValueError('Trainer.predict: the data gave no batch');
      return noGrad(() => concatenate(outputs, 0));
    });
  }

  private output(input: unknown): Tensor {
    const output: unknown = noGrad(() => this.model.forward(this.subject.here(input)) as unknown);
    if (isTensor(output)) return output;
    throw new ShapeError('Trainer.predict: the model returned no tensor; call its forward yourself, in eval mode');
  }
}

/** A validation in the middle of an epoch must not disturb what a metric has taken in of the epoch. */
function checkStreams({ metrics = {} }: AnyTrainerOptions, { validateEvery = { epochs: 1 } }: FitOptions): void {
  if (!('steps' in validateEvery)) return;
  for (const [name, metric] of Object.entries(metrics))
    if (isStreaming(metric) && metric.fresh === undefined)
      throw new ValueError(
        `Trainer.fit: metric ${name} is in the middle of an epoch where validateEvery is in steps; give it fresh(), which ` +
          'returns another of its kind, or validate every so many epochs',
      );
}
