import { DecogradError, ValueError } from '../core/errors';
import { Optimizer } from '../optim';
import { concatenate, device, isTensor, noGrad, type Tensor } from '../tensor';
import { progress } from './callbacks/progress';
import { emit, type Callback, type Run } from './events';
import type { History, Scores } from './history';
import { loop, type Batches } from './loop';
import { inMode } from './mode';
import { batchCount, batchesOf, type BatchOptions, type DataSource } from './source';
import { evaluateStep, trainStep, type Model, type Objective } from './step';

export interface TrainerOptions extends Objective {
  readonly optimizer: Optimizer<any>;
  readonly callbacks?: readonly Callback[];
  /** Where to train: a device's name, or 'auto' for the fastest. Default: where the model is. */
  readonly device?: string;
}

export interface FitOptions extends BatchOptions {
  readonly epochs: number;
  /** Evaluated after every epoch. */
  readonly validation?: DataSource;
  /** A bar on a terminal, a line per epoch elsewhere. Default true. */
  readonly progress?: boolean;
}

/**
 * Fits, evaluates and predicts with one model.
 * @example
 * const trainer = new Trainer(model, { optimizer: new Adam(model, { lr: 1e-3 }), loss: crossEntropyLoss, metrics: { accuracy } });
 * const history = await trainer.fit(loader, { epochs: 3, validation: [xTest, yTest] });
 */
export class Trainer {
  constructor(
    readonly model: Model,
    readonly options: TrainerOptions,
  ) {
    if (typeof (model as Partial<Model> | null)?.forward !== 'function')
      throw new ValueError('Trainer: the model has no forward(x) method');
    if (!(options?.optimizer instanceof Optimizer))
      throw new ValueError('Trainer: options.optimizer must be an optimizer, such as new Adam(model)');
    if (typeof options.loss !== 'function' && typeof options.loss?.forward !== 'function')
      throw new ValueError('Trainer: options.loss must be a function or module of (output, target), such as mseLoss');
  }

  /**
   * Trains for some epochs.
   * @throws GradientError at the first loss or gradient that is no finite number, before it reaches the parameters
   */
  async fit(source: DataSource, options: FitOptions): Promise<History> {
    const { epochs } = options;
    if (!Number.isInteger(epochs) || epochs < 0)
      throw new ValueError(`Trainer.fit: epochs must be a whole number of at least 0, not ${String(epochs)}`);
    await this.place();
    const batches = batchesOf(source, { batchSize: options.batchSize, shuffle: options.shuffle ?? true });
    const callbacks = [...(options.progress === false ? [] : [progress()]), ...(this.options.callbacks ?? [])];
    return this.run(batches, options, callbacks);
  }

  private async run(batches: Batches, options: FitOptions, callbacks: readonly Callback[]): Promise<History> {
    const history: History = { epochs: [] };
    const run = { model: this.model, optimizer: this.options.optimizer, history, epochs: options.epochs, epoch: 0, step: 0,
      batches: batchCount(batches), stop: (reason: string) => void (history.stopped = reason) }; // prettier-ignore
    try {
      await emit(callbacks, 'onFitStart', run);
      while (run.epoch < options.epochs && history.stopped === undefined) {
        run.epoch++;
        await this.epoch(run, batches, options, callbacks);
      }
    } finally {
      await emit(callbacks, 'onFitEnd', run);
    }
    return history;
  }

  private async epoch(
    run: Run & { step: number },
    batches: Batches,
    options: FitOptions,
    callbacks: readonly Callback[],
  ): Promise<void> {
    const began = performance.now();
    await emit(callbacks, 'onEpochStart', run);
    const scores = await inMode(this.model, true, () =>
      loop(
        batches,
        (batch) => {
          run.step++;
          return trainStep(this.model, batch, this.options, this.options.optimizer).catch((error: unknown) => {
            throw located(error, run);
          });
        },
        (report) => emit(callbacks, 'onBatchEnd', run, report),
      ),
    );
    const validation = options.validation && (await this.evaluate(options.validation, options));
    const record = {
      epoch: run.epoch,
      ...scores,
      ...(validation && { validation }),
      seconds: (performance.now() - began) / 1000,
    };
    run.history.epochs.push(record);
    await emit(callbacks, 'onEpochEnd', run, record);
  }

  /** Loss and metrics in eval mode, averaged over samples. */
  async evaluate(source: DataSource, options: BatchOptions = {}): Promise<Scores> {
    await this.place();
    const batches = batchesOf(source, { batchSize: options.batchSize });
    return inMode(this.model, false, () => loop(batches, (batch) => evaluateStep(this.model, batch, this.options)));
  }

  /** The outputs in eval mode, for inputs as one tensor or in batches (of which targets are left aside). */
  async predict(source: Tensor | DataSource, options: BatchOptions = {}): Promise<Tensor> {
    await this.place();
    return inMode(this.model, false, async () => {
      if (isTensor(source)) return this.output(source);
      const outputs: Tensor[] = [];
      for await (const batch of batchesOf(source, options))
        outputs.push(this.output(Array.isArray(batch) ? (batch[0] as unknown) : batch));
      if (outputs.length === 0) throw new ValueError('Trainer.predict: the data gave no batch');
      return noGrad(() => concatenate(outputs, 0));
    });
  }

  private output(input: unknown): Tensor {
    return noGrad(() => this.model.forward(input) as Tensor);
  }

  private async place(): Promise<void> {
    if (this.options.device === undefined) return;
    const { name } = await device(this.options.device);
    (this.model as { to?: (name: string) => unknown }).to?.(name);
  }
}

/** Says at which step of the run it happened. */
function located(error: unknown, run: Run): unknown {
  if (error instanceof DecogradError)
    error.message = `Trainer.fit: step ${run.step} (epoch ${run.epoch}): ${error.message}`;
  return error;
}
