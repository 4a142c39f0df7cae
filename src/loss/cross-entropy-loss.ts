import { DTypeError, ShapeError, ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { showShape } from '../core/shape';
import { module } from '../module';
import { numberOption } from '../module/option-checks';
import type { Tensor } from '../tensor';
import { checkClasses, classAxis, labelLoss, labelShape, weighted, type LabelOptions } from './class-labels';
import { checkTensor } from './loss-checks';
import type { LabelsOf, Reduced, Target } from './loss-types';
import { checkReduction, reduce, type Reduction } from './reduction';
import { WeightedLoss } from './weighted-loss';

export interface CrossEntropyLossOptions extends LabelOptions {
  /** How much of the target is spread over all classes, 0 to 1. Default 0. */
  readonly labelSmoothing?: number;
}

function check(loss: string, options: CrossEntropyLossOptions): void {
  checkOptions(loss, options, ['weight', 'ignoreIndex', 'reduction', 'labelSmoothing']);
  const { labelSmoothing = 0, ignoreIndex = -100, reduction = 'mean' } = options;
  checkReduction(loss, reduction);
  numberOption(loss, 'ignoreIndex', ignoreIndex);
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1))
    throw new ValueError(`${loss}: labelSmoothing must be from 0 to 1, not ${labelSmoothing}`);
}

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
  check('crossEntropyLoss', options);
  checkClasses('crossEntropyLoss', 'logits', logits, options.weight);
  checkTensor('crossEntropyLoss', 'target', target);
  const probabilities = target.dtype === 'float32';
  checkTarget(logits, target, probabilities);
  if (probabilities) return fromProbabilities(logits, target, options);
  return labelLoss('crossEntropyLoss', logits.logSoftmax(classAxis(logits)), target, options, options.labelSmoothing);
}

function checkTarget(logits: Tensor, target: Tensor, probabilities: boolean): void {
  const wanted = probabilities ? logits.node.shape : labelShape(logits);
  if (!probabilities && target.dtype !== 'int32')
    throw new DTypeError(
      `crossEntropyLoss: the target must be int32 labels or float32 probabilities, not ${target.dtype}`,
    );
  if (target.node.shape === wanted) return;
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

/** {@link crossEntropyLoss} as a module; its weight is a buffer. */
@module
export class CrossEntropyLoss extends WeightedLoss<CrossEntropyLossOptions> {
  constructor(options: CrossEntropyLossOptions = {}) {
    check('CrossEntropyLoss', options);
    super('CrossEntropyLoss', options);
  }
  forward<T extends Tensor, U extends Tensor>(logits: T, target: Target<T, U>): Tensor;
  forward(logits: Tensor, target: Tensor): Tensor {
    return crossEntropyLoss(logits, target, this.given);
  }
}
