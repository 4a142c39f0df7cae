import { ValueError } from '../core/errors';
import { checkOptions, suggest } from '../core/options';
import { isModule, parameters } from '../module';
import { countOf, numberOption } from '../module/option-checks';
import { show } from '../module/shape-declaration';
import type { Optimizer } from '../optim';
import type { Clipping } from './clip';
import type { CustomStep } from './custom-step';
import { eventNames, type Callback } from './events';
import { isStreaming, type Metric, type StreamingMetric } from './metrics/metric';
import { fitOptions, trainerOptions } from './option-names';
import type { Model, Objective } from './step';

export interface TrainerOptions<K extends string = string, M = Metric, B = any> extends Objective<K, M>, Clipping {
  /** Needed by `fit` alone. */
  readonly optimizer?: Optimizer<any>;
  /** More of them by name, for a `trainStep` of your own. */
  readonly optimizers?: Readonly<Record<string, Optimizer<any>>>;
  /** A training step of your own, such as that of a GAN: forward, backward and update. What it returns is logged. */
  readonly trainStep?: CustomStep<B>;
  /**
   * Batches for each step of the optimizer: with a loss that is a mean over samples, 4 batches of 8 give the step of one
   * batch of 32. Batches count by their samples; the last ones of an epoch make a step of what there is. Default 1.
   */
  readonly accumulate?: number;
  readonly callbacks?: readonly Callback[];
  /** Where to train, a device's name or 'auto' for the fastest; it becomes the current one. Default: where the model is. */
  readonly device?: string;
}

export type AnyTrainerOptions = TrainerOptions<string, Metric | StreamingMetric>;

/** @throws ValueError saying which argument of `new Trainer(model, options)` cannot be, and what can */
export function checkTrainer(model: Model, options: AnyTrainerOptions): void {
  if (typeof (model as Partial<Model> | null | undefined)?.forward !== 'function')
    throw new ValueError(
      `Trainer: the model is ${show(model)}, which has no forward(x) method; give an instance of a module`,
    );
  if (!isModule(model)) throw new ValueError('Trainer: the model is no module; write @module above its class');
  checkOptions('Trainer', options, trainerOptions.names, fitOptions);
  if (options.optimizer !== undefined) checkOptimizer(model, 'optimizer', options.optimizer);
  checkSteps(model, options);
  checkLoss(options.loss);
  checkMetrics(options.metrics ?? {});
  checkCallbacks(options.callbacks ?? []);
}

/** How a step is made. */
function checkSteps(model: Model, options: AnyTrainerOptions): void {
  const { optimizers, trainStep, accumulate, clipNorm, clipValue } = options;
  if (accumulate !== undefined) countOf('Trainer', 'accumulate', accumulate);
  if (clipNorm !== undefined) numberOption('Trainer', 'clipNorm', clipNorm, 'positive');
  if (clipValue !== undefined) numberOption('Trainer', 'clipValue', clipValue, 'positive');
  if (clipNorm !== undefined && clipValue !== undefined)
    throw new ValueError('Trainer: clipNorm and clipValue are two ways to clip; give one of them');
  if (trainStep === undefined) {
    if (optimizers !== undefined)
      throw new ValueError(
        'Trainer: optimizers are for a trainStep of your own; without it there is one, { optimizer }',
      );
    return;
  }
  if (typeof trainStep !== 'function')
    throw new ValueError(`Trainer: trainStep must be a function of (batch, context), not ${show(trainStep)}`);
  const idle = (['accumulate', 'clipNorm', 'clipValue'] as const).find((name) => options[name] !== undefined);
  if (idle !== undefined)
    throw new ValueError(
      `Trainer: ${idle} has no effect on a trainStep of your own; do it there, and leave it out here`,
    );
  checkOptimizers(model, optimizers ?? {});
}

function checkOptimizers(model: Model, optimizers: unknown): void {
  if (typeof optimizers !== 'object' || optimizers === null || Array.isArray(optimizers))
    throw new ValueError(
      `Trainer: options.optimizers are optimizers by name, such as { generator, critic }, not ${Array.isArray(optimizers) ? 'a list' : show(optimizers)}`,
    );
  for (const [name, optimizer] of Object.entries(optimizers))
    checkOptimizer(model, `optimizers.${name}`, optimizer as Optimizer);
}

function checkOptimizer(model: Model, name: string, optimizer: Partial<Optimizer> | null): void {
  if (!Array.isArray(optimizer?.paramGroups) || typeof optimizer.step !== 'function')
    throw new ValueError(`Trainer: options.${name} must be an optimizer, such as new Adam(model)`);
  const own = new Set<object>(parameters(model));
  if (!optimizer.paramGroups.some(({ params }) => params.some((parameter) => own.has(parameter))))
    throw new ValueError(
      `Trainer: options.${name} has none of the model's parameters: it is another model's, or they were replaced after ` +
        'it was made; make it from this model, such as new Adam(model)',
    );
}

function checkLoss(loss: unknown): void {
  const instance = 'Trainer: options.loss must be a function or module of (output, target), such as mseLoss';
  const { prototype, forward } = (loss ?? {}) as { prototype?: { forward?: unknown }; forward?: unknown };
  if (typeof loss === 'function' && prototype?.forward !== undefined)
    throw new ValueError(`${instance}, not a class; make an instance, new ${loss.name}()`);
  if (typeof loss !== 'function' && typeof forward !== 'function')
    throw new ValueError(`${instance}, not ${show(loss)}`);
}

function checkMetrics(metrics: unknown): void {
  const isNamed = typeof metrics === 'object' && metrics !== null && !Array.isArray(metrics);
  if (!isNamed)
    throw new ValueError(
      `Trainer: options.metrics are functions by name, such as { accuracy }, not ${Array.isArray(metrics) ? 'a list' : show(metrics)}`,
    );
  if (Object.hasOwn(metrics, '') || Object.hasOwn(metrics, 'loss'))
    throw new ValueError(
      `Trainer: a metric cannot be named '${'loss' in metrics ? 'loss' : ''}'; give it a name of its own`,
    );
  for (const [name, metric] of Object.entries(metrics))
    if (typeof metric !== 'function' && !isStreaming(metric))
      throw new ValueError(
        `Trainer: metric ${name} must be a function of (output, target), or have update, compute and reset, not ${show(metric)}`,
      );
}

function checkCallbacks(callbacks: readonly unknown[]): void {
  if (!Array.isArray(callbacks))
    throw new ValueError(`Trainer: options.callbacks is a list, such as [earlyStopping()], not ${show(callbacks)}`);
  callbacks.forEach((callback: unknown, i) => {
    if (typeof callback !== 'object' || callback === null)
      throw new ValueError(
        `Trainer: callbacks[${i}] must be an object with any of ${eventNames.join(', ')}, not ${show(callback)}`,
      );
    const events: readonly string[] = eventNames;
    const wrong = Object.keys(callback).find((key) => /^on[A-Z]/.test(key) && !events.includes(key));
    if (wrong !== undefined)
      throw new ValueError(`Trainer: callbacks[${i}].${wrong} is no event; ${suggest(wrong, events)}`);
  });
}
