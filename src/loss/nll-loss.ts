import { checkOptions } from '../core/options';
import { module } from '../module';
import { numberOption } from '../module/option-checks';
import type { Tensor } from '../tensor';
import { checkClasses, labelLoss, labelShape, type LabelOptions } from './class-labels';
import { checkLabelShape } from './loss-checks';
import type { LabelLoss, Labels } from './loss-types';
import { checkReduction } from './reduction';
import { WeightedLoss } from './weighted-loss';

export type NLLLossOptions = LabelOptions;

function check(loss: string, options: NLLLossOptions): void {
  checkOptions(loss, options, ['weight', 'ignoreIndex', 'reduction']);
  const { ignoreIndex = -100, reduction = 'mean' } = options;
  checkReduction(loss, reduction);
  numberOption(loss, 'ignoreIndex', ignoreIndex);
}

/**
 * The negative log-likelihood of labels: minus the output's element at each label. The output holds log-probabilities, as
 * `logSoftmax` gives them, float32 [C] or [N, C, ...]; the target int32 [] or [N, ...].
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.nll_loss.html
 * @throws ShapeError, DTypeError where target or weight do not fit; IndexError for a label that is no class
 * @example nllLoss(tensor([[0.5, 0.5], [0.25, 0.75]]).log(), tensor([0, 1], { dtype: 'int32' })); // 0.4904
 */
export const nllLoss: LabelLoss<'nllLoss', NLLLossOptions> = (
  output: Tensor,
  target: Tensor,
  options: NLLLossOptions = {},
) => {
  check('nllLoss', options);
  checkClasses('nllLoss', 'the output', output, options.weight);
  checkLabelShape('nllLoss', target, output, labelShape(output));
  return labelLoss('nllLoss', output, target, options);
};

/** {@link nllLoss} as a module; its weight is a buffer. */
@module
export class NLLLoss extends WeightedLoss<NLLLossOptions> {
  constructor(options: NLLLossOptions = {}) {
    check('NLLLoss', options);
    super('NLLLoss', options);
  }
  forward<T extends Tensor, U extends Tensor>(output: T, target: Labels<'NLLLoss', T, U>): Tensor;
  forward(output: Tensor, target: Tensor): Tensor {
    return nllLoss(output, target, this.given);
  }
}
