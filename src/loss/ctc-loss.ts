import { DTypeError, ShapeError, ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { showShape } from '../core/shape';
import { onDevice } from '../graph/recorder';
import { module, Module } from '../module';
import { countOf, flagOf } from '../module/option-checks';
import { tensor, type Tensor } from '../tensor';
import { alignmentLoss } from './ctc-alignment';
import { labelsOf, lengthsOf, type CTCLengths } from './ctc-targets';
import { checkFloat, checkTensor } from './loss-checks';
import { checkReduction, reduce, type Reduction } from './reduction';

export interface CTCLossOptions {
  /** The class that stands for no label. Default 0. */
  readonly blank?: number;
  /** 'mean' divides each loss by the length of its target, then averages over the batch. Default 'mean'. */
  readonly reduction?: Reduction;
  /** Makes infinite losses and their gradients 0: those of inputs too short for their target. Default false. */
  readonly zeroInfinity?: boolean;
}

function checked(loss: string, options: CTCLossOptions): Required<CTCLossOptions> {
  checkOptions(loss, options, ['blank', 'reduction', 'zeroInfinity']);
  const { blank = 0, reduction = 'mean', zeroInfinity = false } = options;
  return {
    blank: countOf(loss, 'blank', blank, 0),
    reduction: checkReduction(loss, reduction),
    zeroInfinity: flagOf(loss, 'zeroInfinity', zeroInfinity),
  };
}

/**
 * The connectionist temporal classification loss: minus the log-probability that the output, with repeated classes taken
 * as one and blanks left out, spells the target.
 *
 * `logProbabilities` are float32 [T, N, C], as `logSoftmax(2)` gives them, or [T, C] for one sequence. `targets` are int32
 * [N, S], of which the first `targetLengths[n]` count, or all of them one after the other, [sum of the lengths]. CTCLengths are
 * lists or int32 tensors [N], for one sequence a number. One loss for each sequence. The gradient is PyTorch's: the one with
 * respect to the logits, right where a softmax gave the probabilities; where one is 0 this has 0, and PyTorch NaN.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.ctc_loss.html; A. Graves et al.,
 * Connectionist Temporal Classification, https://www.cs.toronto.edu/~graves/icml_2006.pdf
 * @throws ShapeError, DTypeError where targets do not fit; ValueError for lengths or options out of range, IndexError for
 * labels at hand that are no class or blank
 * @example
 * const logProbabilities = randn([50, 2, 20]).logSoftmax(2);
 * ctcLoss(logProbabilities, tensor([[1, 2, 2], [3, 1, 0]], { dtype: 'int32' }), [50, 40], [3, 2]);
 */
export function ctcLoss(
  logProbabilities: Tensor,
  targets: Tensor,
  inputLengths: CTCLengths,
  targetLengths: CTCLengths,
  options: CTCLossOptions = {},
): Tensor {
  const { blank, reduction, zeroInfinity } = checked('ctcLoss', options);
  const batched = checkedBatch(logProbabilities, targets, blank);
  const [steps, batch] = batched.shape;
  const inputs = lengthsOf('inputLengths', inputLengths, batch, steps);
  const lengths = lengthsOf('targetLengths', targetLengths, batch, Infinity);
  const labels = labelsOf(targets, lengths, { classes: batched.shape[2], blank });
  const losses = alignmentLoss(batched, labels, { inputs, lengths, blank, zeroInfinity });
  const shaped = logProbabilities.shape.length === 2 ? losses.reshape([]) : losses;
  return reduction === 'mean' ? losses.div(divisors(losses, lengths)).mean() : reduce('ctcLoss', shaped, reduction);
}

/** The log-probabilities as [T, N, C]. */
function checkedBatch(logProbabilities: Tensor, targets: Tensor, blank: number): Tensor {
  checkFloat('ctcLoss', 'logProbabilities', logProbabilities);
  checkTensor('ctcLoss', 'targets', targets);
  if (targets.dtype !== 'int32')
    throw new DTypeError(`ctcLoss: targets must be int32 labels, not ${targets.dtype}; call .int() first`);
  const { shape } = logProbabilities;
  if (shape.length !== 2 && shape.length !== 3)
    throw new ShapeError(`ctcLoss: logProbabilities must be [T, N, C] or [T, C], not ${showShape(shape)}`);
  const classes = shape.at(-1)!;
  if (blank >= classes) throw new ValueError(`ctcLoss: blank must be a class, 0 to ${classes - 1}, not ${blank}`);
  return shape.length === 2 ? logProbabilities.unsqueeze(1) : logProbabilities;
}

/** The length of each target, or 1 where it is empty. */
const divisors = (losses: Tensor, lengths: readonly number[]): Tensor =>
  onDevice(losses.device, () => tensor(Float32Array.from(lengths, (length) => Math.max(1, length))));

/** {@link ctcLoss} as a module. */
@module
export class CTCLoss extends Module {
  constructor(readonly options: CTCLossOptions = {}) {
    super();
    checked('CTCLoss', options);
  }
  forward(logProbabilities: Tensor, targets: Tensor, inputLengths: CTCLengths, targetLengths: CTCLengths): Tensor {
    return ctcLoss(logProbabilities, targets, inputLengths, targetLengths, this.options);
  }
}
