import { ValueError } from '../core/errors';
import { checkOptions, suggest } from '../core/options';
import { isModule, parameters } from '../module';
import { show } from '../module/shape-declaration';
import type { Optimizer } from '../optim';
import { eventNames, type Callback } from './events';
import { isStreaming, type Metric, type StreamingMetric } from './metrics/metric';
import { isBatched, type BatchOptions, type DataSource } from './source';
import type { Model, Objective } from './step';

export interface TrainerOptions<K extends string = string, M = Metric> extends Objective<K, M> {
  /** Needed by `fit` alone. */
  readonly optimizer?: Optimizer<any>;
  readonly callbacks?: readonly Callback[];
  /** Where to train, a device's name or 'auto' for the fastest; it becomes the current one. Default: where the model is. */
  readonly device?: string;
}

export interface FitOptions extends BatchOptions {
  readonly epochs: number;
  /** Evaluated after every epoch. */
  readonly validation?: DataSource;
  /** A bar on a terminal, a line per epoch elsewhere. Default true. */
  readonly progress?: boolean;
  /** A file for a trace of the run, every kernel with its time, to be opened in https://ui.perfetto.dev. Node only. */
  readonly profile?: string;
  /** A new order every epoch, for data that is not in batches yet. Default true. */
  readonly shuffle?: boolean;
}

/** @throws ValueError saying which argument of `new Trainer(model, options)` cannot be, and what can */
export function checkTrainer(model: Model, options: TrainerOptions<string, Metric | StreamingMetric>): void {
  if (typeof (model as Partial<Model> | null | undefined)?.forward !== 'function')
    throw new ValueError(
      `Trainer: the model is ${show(model)}, which has no forward(x) method; give an instance of a module`,
    );
  if (!isModule(model)) throw new ValueError('Trainer: the model is no module; write @module above its class');
  checkOptions('Trainer', options, ['optimizer', 'loss', 'metrics', 'callbacks', 'device']);
  if (options.optimizer !== undefined) checkOptimizer(model, options.optimizer);
  checkLoss(options.loss);
  checkMetrics(options.metrics ?? {});
  checkCallbacks(options.callbacks ?? []);
}

function checkOptimizer(model: Model, optimizer: Partial<Optimizer> | null): void {
  if (!Array.isArray(optimizer?.paramGroups) || typeof optimizer.step !== 'function')
    throw new ValueError('Trainer: options.optimizer must be an optimizer, such as new Adam(model)');
  const own = new Set<object>(parameters(model));
  if (!optimizer.paramGroups.some(({ params }) => params.some((parameter) => own.has(parameter))))
    throw new ValueError(
      "Trainer: options.optimizer has none of the model's parameters: it is another model's, or they were replaced after " +
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

/** @throws ValueError where the trainer was made to evaluate and predict alone */
export function optimizerOf({ optimizer }: Pick<TrainerOptions, 'optimizer'>): Optimizer<any> {
  if (optimizer !== undefined) return optimizer;
  throw new ValueError(
    'Trainer.fit: there is no optimizer; give one, new Trainer(model, { optimizer: new Adam(model), loss })',
  );
}

/** @throws ValueError saying which option of `fit` cannot be, and what can */
export function checkFit(source: DataSource, options: FitOptions): void {
  checkOptions('Trainer.fit', options, ['epochs', 'validation', 'progress', 'batchSize', 'shuffle', 'profile']);
  const { epochs, progress = true, profile } = options;
  if (!Number.isInteger(epochs) || epochs < 0)
    throw new ValueError(`Trainer.fit: epochs must be a whole number of at least 0, not ${show(epochs)}`);
  if (typeof progress !== 'boolean')
    throw new ValueError(`Trainer.fit: progress must be true or false, not ${show(progress)}`);
  if (profile !== undefined && (typeof profile !== 'string' || profile === ''))
    throw new ValueError(`Trainer.fit: profile is the path of a file for the trace, not ${show(profile)}`);
  checkBatching(source, options);
}

function checkBatching(source: DataSource, { validation, batchSize, shuffle }: FitOptions): void {
  const inBatches = 'the data comes in batches already; set it where they are made, new DataLoader(dataset, { ... })';
  if (shuffle !== undefined && isBatched(source))
    throw new ValueError(`Trainer.fit: shuffle has no effect: ${inBatches}`);
  if (batchSize !== undefined && isBatched(source) && (validation === undefined || isBatched(validation)))
    throw new ValueError(`Trainer.fit: batchSize has no effect: ${inBatches}`);
}
