import { DTypeError, IndexError, ShapeError, ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { showShape } from '../core/shape';
import { dataAtHand } from '../graph/recorder';
import { module, Module } from '../module';
import type { Tensor } from '../tensor';
import type { LabelsOf, Reduced, Target } from './loss-types';
import { checkReduction, reduce, type Reduction } from './reduction';

export interface CrossEntropyLossOptions {
  /** One factor per class, shape [C]. */
  readonly weight?: Tensor;
  /** The label that counts for nothing. Default -100. */
  readonly ignoreIndex?: number;
  /** 'mean' divides by the weights of the labels that count. Default 'mean'. */
  readonly reduction?: Reduction;
  /** How much of the target is spread over all classes, 0 to 1. Default 0. */
  readonly labelSmoothing?: number;
}

const optionNames = [
  'weight',
  'ignoreIndex',
  'reduction',
  'labelSmoothing',
] as const satisfies (keyof CrossEntropyLossOptions)[];

/**
 * The negative log-likelihood of the target under softmax(logits).
 *
 * Logits are float32 [C] or [N, C, ...]; targets are class indices, int32 [] or [N, ...], or probabilities of the
 * logits' shape, float32.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html
 * @throws ShapeError, DTypeError where the target does not fit; IndexError for a label that is no class
 * @example crossEntropyLoss(tensor([[2, 0], [0, 2]]), tensor([0, 1], { dtype: 'int32' })); // 0.1269
 */
export function crossEntropyLoss<T extends Tensor, U extends Tensor, R extends Reduction = 'mean'>(
  logits: T,
  target: Target<T, U>,
  options?: CrossEntropyLossOptions & { readonly reduction?: R },
): Tensor<Reduced<R, LabelsOf<T>>>;
export function crossEntropyLoss(logits: Tensor, target: Tensor, options: CrossEntropyLossOptions = {}): Tensor {
  checkOptions('crossEntropyLoss', options, optionNames);
  if (logits.dtype !== 'float32')
    throw new DTypeError(`crossEntropyLoss: logits must be float32, not ${logits.dtype}; call .float() first`);
  if (logits.shape.length === 0)
    throw new ShapeError('crossEntropyLoss: logits must be [C] or [N, C, ...], not a scalar');
  checkRanges(logits, options);
  const probabilities = target.dtype === 'float32';
  checkTarget(logits, target, probabilities);
  return probabilities ? fromProbabilities(logits, target, options) : fromLabels(logits, target, options);
}

const classAxis = (logits: Tensor) => (logits.shape.length === 1 ? 0 : 1);

function checkRanges(
  logits: Tensor,
  { weight, labelSmoothing = 0, reduction = 'mean' }: CrossEntropyLossOptions,
): void {
  checkReduction('crossEntropyLoss', reduction);
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1))
    throw new ValueError(`crossEntropyLoss: labelSmoothing must be from 0 to 1, not ${labelSmoothing}`);
  const classes = logits.shape[classAxis(logits)];
  if (weight && (weight.shape.length !== 1 || weight.shape[0] !== classes))
    throw new ShapeError(
      `crossEntropyLoss: weight must have one factor per class, [${classes}], not ${showShape(weight.shape)}`,
    );
}

function checkTarget(logits: Tensor, target: Tensor, probabilities: boolean): void {
  const axis = classAxis(logits);
  const wanted = probabilities ? logits.shape : logits.shape.filter((_, i) => i !== axis);
  if (!probabilities && target.dtype !== 'int32')
    throw new DTypeError(
      `crossEntropyLoss: the target must be int32 labels or float32 probabilities, not ${target.dtype}`,
    );
  if (wanted.length === target.shape.length && wanted.every((dim, i) => dim === target.shape[i])) return;
  const hint = probabilities ? '; are these labels? Make them int32 with .int()' : '';
  throw new ShapeError(
    `crossEntropyLoss: logits ${showShape(logits.shape)} need ${probabilities ? 'probabilities' : 'labels'} of shape ` +
      `${showShape(wanted)}, got ${showShape(target.shape)}${hint}`,
  );
}

function fromProbabilities(logits: Tensor, target: Tensor, options: CrossEntropyLossOptions): Tensor {
  const { reduction = 'mean', labelSmoothing = 0 } = options;
  const axis = classAxis(logits);
  const classes = logits.shape[axis];
  const smoothed = labelSmoothing === 0 ? target : target.mul(1 - labelSmoothing).add(labelSmoothing / classes);
  const losses = weighted(logits.logSoftmax(axis), options.weight).mul(smoothed).sum(axis).neg();
  return reduce('crossEntropyLoss', losses, reduction);
}

/** The log-probabilities, each times the factor of its class. */
function weighted(logProbabilities: Tensor, weight: Tensor | undefined): Tensor {
  if (!weight) return logProbabilities;
  const { length } = logProbabilities.shape;
  return logProbabilities.mul(length <= 1 ? weight : weight.reshape([-1, ...Array<number>(length - 2).fill(1)]));
}

function fromLabels(logits: Tensor, target: Tensor, options: CrossEntropyLossOptions): Tensor {
  const { weight, reduction = 'mean', labelSmoothing = 0 } = options;
  const axis = classAxis(logits);
  const classes = logits.shape[axis];
  const counted = counting(target, classes, options.ignoreIndex ?? -100);
  const labels = counted ? target.where(counted, 0) : target;
  const logProbabilities = logits.logSoftmax(axis);
  const factors = labelFactors(labels, counted, weight);
  let losses = pick(logProbabilities, axis, labels).neg();
  if (factors) losses = losses.mul(factors);
  if (labelSmoothing > 0) {
    const spread = weighted(logProbabilities, weight).sum(axis).neg();
    losses = losses
      .mul(1 - labelSmoothing)
      .add((counted ? spread.mul(counted.float()) : spread).mul(labelSmoothing / classes));
  }
  if (reduction !== 'mean' || !factors) return reduce('crossEntropyLoss', losses, reduction);
  return losses.sum().div(factors.sum());
}

/** Where labels count, or null where all of them do. Labels at hand are checked here, at the caller's line. */
function counting(target: Tensor, classes: number, ignoreIndex: number): Tensor | null {
  const labels = dataAtHand(target.node);
  const bad = labels?.find((label) => label !== ignoreIndex && (label < 0 || label >= classes));
  if (bad !== undefined)
    throw new IndexError(
      `crossEntropyLoss: label ${bad} is no class; allowed are 0 to ${classes - 1}, and ${ignoreIndex} to ignore one`,
    );
  return labels && !labels.includes(ignoreIndex) ? null : target.ne(ignoreIndex);
}

function pick(values: Tensor, axis: number, labels: Tensor): Tensor {
  return values.gather(axis, labels.unsqueeze(axis)).squeeze(axis);
}

/** What each label's loss counts; undefined where each counts 1. */
function labelFactors(labels: Tensor, counted: Tensor | null, weight: Tensor | undefined): Tensor | undefined {
  const factors = weight?.indexSelect(0, labels.reshape([-1])).reshape([...labels.shape]);
  if (!counted) return factors;
  return factors ? factors.mul(counted.float()) : counted.float();
}

/** {@link crossEntropyLoss} as a module. */
@module
export class CrossEntropyLoss extends Module {
  constructor(readonly options: CrossEntropyLossOptions = {}) {
    super();
    checkOptions('CrossEntropyLoss', options, optionNames);
  }
  forward<T extends Tensor, U extends Tensor>(logits: T, target: Target<T, U>): Tensor;
  forward(logits: Tensor, target: Tensor): Tensor {
    return crossEntropyLoss(logits, target, this.options);
  }
}
