import { GradientError, ValueError } from '../core/errors';
import { show } from '../module/shape-declaration';
import type { Optimizer } from '../optim';
import { isTensor, type Tensor } from '../tensor';
import { lossOf, type Objective, type StepResult } from './step';

/** What a training step of one's own is given beside the batch. */
export interface StepContext {
  /** The trainer's model. */
  readonly model: any;
  readonly optimizer: Optimizer<any>;
  /** Those of the option `optimizers`, by name. */
  readonly optimizers: Readonly<Record<string, Optimizer<any>>>;
  /** The trainer's loss; it checks that it is one number. */
  loss(output: any, target: any): Tensor;
  /** The step under way, from 1. */
  readonly step: number;
  readonly epoch: number;
}

/** Numbers by name, plain or as tensors, for the history and for callbacks: the loss, and whatever else. */
export type StepLog = { readonly loss: number | Tensor } & Readonly<Record<string, number | Tensor>>;
/**
 * A training step of one's own, with all of forward, backward and update in it.
 * @example
 * const trainStep: CustomStep = async ([x, y], { model, optimizer, loss }) => {
 *   optimizer.zeroGrad();
 *   const value = loss(model.forward(x), y);
 *   value.backward();
 *   await optimizer.step();
 *   return { loss: value };
 * };
 */
export type CustomStep<B = any> = (batch: B, context: StepContext) => StepLog | Promise<StepLog>;

/** @throws ValueError where it returned no log; GradientError where the loss is no finite number */
export async function runCustomStep(
  step: CustomStep,
  batch: unknown,
  { loss, ...context }: Omit<StepContext, 'loss'> & Pick<Objective, 'loss'>,
): Promise<StepResult> {
  const returned = await step(batch, { ...context, loss: (output, target) => lossOf({ loss }, output, target) });
  const { loss: value, ...metrics } = await numbersOf(returned);
  if (!Number.isFinite(value)) throw new GradientError(`trainStep returned ${value} for the loss`);
  return { loss: value, metrics };
}

async function numbersOf(log: StepLog): Promise<Record<string, number>> {
  if (typeof log !== 'object' || log === null || isTensor(log) || !('loss' in log))
    throw new ValueError(`trainStep returned ${show(log)}; return { loss }, and other numbers by name beside it`);
  const entries = Object.entries(log).map(async ([name, value]) => [name, await numberOf(name, value)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function numberOf(name: string, value: unknown): Promise<number> {
  if (typeof value === 'number') return value;
  if (isTensor(value) && value.size === 1) return value.item();
  throw new ValueError(
    `trainStep returned ${isTensor(value) ? show(value.shape) : show(value)} for ${name}; return one number, as a tensor or plain`,
  );
}
