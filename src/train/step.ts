import { GradientError, ShapeError, ValueError } from '../core/errors';
import { showShape } from '../core/shape';
import { namedParameters } from '../module';
import { show } from '../module/shape-declaration';
import type { Optimizer } from '../optim';
import { isTensor, noGrad, type Tensor } from '../tensor';
import { itemAtHand } from '../tensor/read';
import { watchedBackward } from '../tensor/watched-backward';
import { clipGradients, parametersOf, type Clipping } from './clip';
import { isStreaming, type Metric, type StreamingMetric } from './metrics/metric';

/** A model is anything decorated that has a forward. */
export interface Model {
  forward(...args: any[]): any;
}
/** Input and target. */
export type Batch = readonly [input: any, target: any];
/** A loss as a function or as a module. */
export type Loss = ((output: any, target: any) => Tensor) | { forward(output: any, target: any): Tensor };

export interface Objective<K extends string = string, M = Metric | StreamingMetric> {
  readonly loss: Loss;
  /** Functions are averaged over samples; streaming metrics are updated, and computed once all batches are in. */
  readonly metrics?: Readonly<Record<K, M>>;
}
/** What one batch gave; streaming metrics are not in it. */
export interface StepResult {
  readonly loss: number;
  readonly metrics: Record<string, number>;
}

/** What a batch is of a step of the optimizer, which several may share. */
export interface Share {
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** Its part of the samples of the step, to 1. */
  readonly weight: number;
}
export const whole: Share = { isFirst: true, isLast: true, weight: 1 };

/** The step under way: what an optimizer that evaluates it several times needs again. */
export interface OpenStep {
  /** Its batches so far. */
  readonly parts: { readonly batch: Batch; readonly weight: number }[];
  /** Their losses, by weight. */
  loss: number;
}

/**
 * One step of training: forward, backward, update. The metrics are those of the output before the update.
 * @throws GradientError where the loss or a gradient is no finite number; then nothing is updated
 * @example await trainStep(model, [input, target], { loss: mseLoss }, optimizer, { clipNorm: 1 });
 */
export async function trainStep(
  model: Model,
  batch: Batch,
  objective: Objective,
  optimizer: Optimizer<any>,
  clipping: Clipping = {},
): Promise<StepResult> {
  return trainShare({ model, objective, optimizer, clipping }, batch, whole, { parts: [], loss: 0 });
}

/** What is trained, for what, and how. */
interface Training {
  readonly model: Model;
  readonly objective: Objective;
  readonly optimizer: Optimizer<any>;
  readonly clipping: Clipping;
}

/** The part of a step that one batch is: gradients add up over the batches of a step, weighted by their samples. */
export async function trainShare(
  training: Training,
  batch: Batch,
  { isFirst, isLast, weight }: Share,
  open: OpenStep,
): Promise<StepResult> {
  const { model, objective, optimizer, clipping } = training;
  if (isFirst) optimizer.zeroGrad();
  const { output, loss, probe } = evaluated(training, batch, weight);
  if (!Number.isFinite(itemAtHand(probe) ?? (await probe.item()))) await refuseNonFinite(model, loss);
  const result = await scores(loss, output, batch[1], objective);
  if (optimizer.needsClosure) {
    open.parts.push({ batch, weight });
    open.loss += result.loss * weight;
  }
  if (!isLast) return result;
  clipGradients(optimizer, clipping);
  await (optimizer.needsClosure ? optimizer.step(closureOf(training, open)) : optimizer.step());
  return result;
}

/** Adds the gradients of one batch; where the probe is finite all of them are. */
function evaluated({ model, objective, optimizer }: Training, [input, target]: Batch, weight: number) {
  const output: unknown = model.forward(input);
  const loss = lossOf(objective, output, target);
  const root = weight === 1 ? loss : loss.keep().mul(weight);
  const probe = watchedBackward(root, loss, parametersOf(optimizer));
  return { output, loss, probe };
}

/** Evaluates all batches of a step anew, but for the first time: that was as they came. */
function closureOf(training: Training, { parts, loss }: OpenStep): () => Promise<number> {
  const { optimizer, clipping } = training;
  let isFirst = true;
  return async () => {
    if (isFirst) {
      isFirst = false;
      return loss;
    }
    optimizer.zeroGrad();
    let total = 0;
    for (const { batch, weight } of parts) total += (await evaluated(training, batch, weight).loss.item()) * weight;
    clipGradients(optimizer, clipping);
    return total;
  };
}

/** The loss and metrics of one batch, without gradients. */
export async function evaluateStep(model: Model, [input, target]: Batch, objective: Objective): Promise<StepResult> {
  const [output, loss] = noGrad(() => {
    const made: unknown = model.forward(input);
    return [made, lossOf(objective, made, target)] as const;
  });
  return scores(loss, output, target, objective);
}

/** @throws ValueError, ShapeError where the loss function gave no tensor of one number */
export function lossOf({ loss }: Pick<Objective, 'loss'>, output: unknown, target: unknown): Tensor {
  const value: unknown = typeof loss === 'function' ? loss(output, target) : loss.forward(output, target);
  if (!isTensor(value))
    throw new ValueError(`the loss function returned ${show(value)}; return a tensor of one number`);
  if (value.size !== 1)
    throw new ShapeError(
      `the loss is ${showShape(value.shape)}, not one number; take reduction 'mean', or call .mean()`,
    );
  return value;
}

/** What a metric returned, if it can be read as one number. */
function measured(name: string, value: unknown): Tensor | number {
  if (typeof value === 'number' || (isTensor(value) && value.size === 1)) return value;
  throw new ValueError(
    `metric ${name} returned ${isTensor(value) ? showShape(value.shape) : show(value)}; return one number, as a tensor or plain`,
  );
}

async function scores(loss: Tensor, output: unknown, target: unknown, { metrics }: Objective): Promise<StepResult> {
  if (metrics === undefined) return { loss: itemAtHand(loss) ?? (await loss.item()), metrics: {} };
  const functions = Object.entries(metrics).filter((entry): entry is [string, Metric] => !isStreaming(entry[1]));
  const values = noGrad(() => functions.map(([name, metric]) => measured(name, metric(output, target))));
  const numbers = await Promise.all(values.map(async (value) => (isTensor(value) ? value.item() : value)));
  for (const metric of Object.values(metrics)) if (isStreaming(metric)) await metric.update(output, target);
  return { loss: await loss.item(), metrics: Object.fromEntries(functions.map(([name], i) => [name, numbers[i]])) };
}

async function refuseNonFinite(model: Model, loss: Tensor): Promise<void> {
  const [value, path] = [await loss.item(), await firstNonFinite(model)];
  if (Number.isFinite(value) && path === undefined) return;
  const first = path ?? 'none: look at the input and the loss';
  throw new GradientError(`the loss is ${value}; the first non-finite parameter is ${first}`);
}

async function firstNonFinite(model: Model): Promise<string | undefined> {
  for (const [path, parameter] of namedParameters(model)) {
    if (await hasNonFinite(parameter)) return `${path} (its value)`;
    if (parameter.grad && (await hasNonFinite(parameter.grad))) return `${path} (its gradient)`;
  }
  return undefined;
}

async function hasNonFinite(t: Tensor): Promise<boolean> {
  return !(await t.data()).every(Number.isFinite);
}
