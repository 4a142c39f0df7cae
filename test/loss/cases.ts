import { readFileSync } from 'node:fs';
import * as library from 'decograd';
import type { Tensor } from 'decograd';
import { isListed, leaf, type Listed } from '../ops/fixtures';

/** One case: a loss, its inputs and options, and what PyTorch made of them, as test/oracle/losses.py writes it. */
export interface Case {
  readonly loss: string;
  /** Tensors; numbers and lists for a variance and for lengths. */
  readonly inputs: readonly (Listed | number | readonly number[])[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly out: Listed;
  readonly upstream: string;
  /** One for each input; null where PyTorch has none. */
  readonly grads: readonly (string | null)[];
  /** At kinks and infinities: PyTorch has a gradient there, difference quotients do not. */
  readonly edge?: boolean;
}

export const { torch, cases } = JSON.parse(readFileSync('test/fixtures/losses.json', 'utf8')) as {
  torch: string;
  cases: readonly Case[];
};

type Loss = (...args: unknown[]) => Tensor;
type LossClass = new (options: object) => { forward: Loss };
const exported = library as unknown as Readonly<Record<string, unknown>>;
export const lossNames = Object.keys(exported).filter((name) => /^[a-z].*Loss$/.test(name));
export const classNames = Object.keys(exported).filter((name) => /^[A-Z].*Loss$/.test(name));
/** `smoothL1Loss` is SmoothL1Loss as a class, `bceLoss` BCELoss. */
export const classNameOf = (loss: string): string | undefined =>
  classNames.find((name) => name.toLowerCase() === loss.toLowerCase());
export const functionOf = (loss: string) => exported[loss] as Loss;
export const classOf = (loss: string) => exported[classNameOf(loss)!] as LossClass;

const distances = {
  manhattan: (a: Tensor, b: Tensor) => a.sub(b).abs().sum(-1),
  squared: (a: Tensor, b: Tensor) => a.sub(b).square().sum(-1),
};

/** The options with tensors and functions for what stands for them. */
export function optionsOf({ options }: Case): Record<string, unknown> {
  const real = (name: string, value: unknown) =>
    name === 'distanceFunction' ? distances[value as 'manhattan'] : isListed(value) ? constant(value) : value;
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, real(name, value)]));
}
function constant(listed: Listed): Tensor {
  const made = leaf(listed);
  if (made.requiresGrad) made.requiresGrad = false;
  return made;
}

/** The inputs on the current device; those of which PyTorch has a gradient collect one. */
export const inputsOf = ({ inputs, grads }: Case): unknown[] =>
  inputs.map((x, i) => (!isListed(x) ? x : grads[i] === null ? constant(x) : leaf(x)));

/** `smoothL1Loss(float32[3, 4], float32[3, 4], {"beta":0.3})` */
export function title({ loss, inputs, options }: Case): string {
  const show = (x: unknown) => (isListed(x) ? `${x.dtype}[${x.shape.join(', ')}]` : JSON.stringify(x));
  const named = Object.entries(options).map(([name, value]) => `${name}: ${show(value)}`);
  return `${loss}(${[...inputs.map(show), ...named].join(', ')})`;
}
