import { ValueError } from '../core/errors';
import { isModule, parameters, to } from '../module';
import type { Optimizer } from '../optim';
import { device } from '../tensor';
import { runCustomStep } from './custom-step';
import type { Scores } from './history';
import { located } from './located';
import { loop, type Batches } from './loop';
import { accumulated, type MetricStates } from './metrics/accumulate';
import type { MetricValue } from './metrics/metric';
import { inMode } from './mode';
import { movedTo } from './nested-tensors';
import {
  evaluateStep,
  trainShare,
  type Batch,
  type Model,
  type Objective,
  type OpenStep,
  type Share,
  type StepResult,
} from './step';
import type { AnyTrainerOptions } from './trainer-options';

type Metrics = Objective['metrics'];
/** As ScheduleFreeAdamW. */
type Averaging = Partial<Record<'eval' | 'train', () => void>>;

/** What is trained, for what, and where: what a Trainer and its runs work on. */
export class Subject {
  /** The device that batches go to. */
  private home: string | undefined;
  open: OpenStep = { parts: [], loss: 0 };
  /** What was trained on last. */
  latest: unknown;

  constructor(
    readonly model: Model,
    readonly options: AnyTrainerOptions,
  ) {}

  /** Moves the model, and a loss that is a module, to the device that was asked for; notes where the model is. */
  async place(): Promise<void> {
    if (this.options.device !== undefined) {
      const { name } = await device(this.options.device);
      for (const part of [this.model, this.options.loss]) if (isModule(part)) to(part, name);
    }
    this.home = parameters(this.model)[0]?.device;
  }

  /** Optimizers that keep averages of the parameters put them in, to be evaluated, or take them out to go on. */
  useAverages(areUsed: boolean): void {
    const { optimizer, optimizers = {} } = this.options;
    for (const one of [optimizer, ...Object.values(optimizers)] as (Averaging | undefined)[])
      if (areUsed) one?.eval?.();
      else one?.train?.();
  }

  here<T>(batch: T): T {
    return this.home === undefined ? batch : movedTo(batch, this.home);
  }

  /** @throws ValueError where the trainer was made to evaluate and predict alone */
  get optimizers(): readonly [Optimizer<any>, ...Optimizer<any>[]] {
    const { optimizer, optimizers = {} } = this.options;
    const [first, ...others] = [...(optimizer ? [optimizer] : []), ...Object.values(optimizers)];
    if (first !== undefined) return [first, ...others];
    throw new ValueError(
      'Trainer.fit: there is no optimizer; give one, new Trainer(model, { optimizer: new Adam(model), loss })',
    );
  }

  /** What one batch is of a training step, the trainer's or the user's own. */
  train(batch: unknown, share: Share, at: { step: number; epoch: number }, metrics = this.options.metrics) {
    const { loss, trainStep: custom, optimizers = {} } = this.options;
    const [model, moved] = [this.model, this.here(batch)];
    const optimizer = this.options.optimizer ?? this.optimizers[0];
    if (custom) return runCustomStep(custom, moved, { model, optimizer, optimizers, loss, ...at });
    if (share.isFirst) this.open = { parts: [], loss: 0 };
    const training = { model, objective: { loss, metrics } as Objective, optimizer, clipping: this.options };
    return trainShare(training, moved as Batch, share, this.open);
  }

  /** A batch of the step under way that was trained on before the run was resumed. */
  note(batch: unknown, { weight }: Share): void {
    this.open.parts.push({ batch: this.here(batch) as Batch, weight });
  }

  /** One pass over data in train or eval mode, with the values of streaming metrics. */
  pass(
    training: boolean,
    fn: () => Promise<Scores>,
    metrics?: Metrics,
    from?: MetricStates,
  ): Promise<Scores<string, MetricValue>> {
    return accumulated(metrics, () => inMode(this.model, training, fn), from);
  }

  /** Loss and metrics in eval mode, of all batches or the first of them. */
  score(where: string, batches: Batches, limit?: number, metrics: Metrics = this.options.metrics as Metrics) {
    const objective = { loss: this.options.loss, metrics } as Objective;
    const step = async (batch: Batch, number: number): Promise<StepResult> => {
      try {
        return await evaluateStep(this.model, this.here(batch), objective);
      } catch (error) {
        throw located(`${where}: batch ${number}`, error);
      }
    };
    return this.pass(false, () => loop({ where, batches, step, isOver: (number) => number === limit }), metrics);
  }
}
