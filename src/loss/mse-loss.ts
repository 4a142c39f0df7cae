import { checkOptions } from '../core/options';
import { module, Module } from '../module';
import type { Tensor } from '../tensor';
import type { Agreeing } from '../tensor/shapes/agree';
import { checkElements } from './loss-checks';
import type { ElementLoss } from './loss-types';
import { checkReduction, reduceWeighted, type Reduction } from './reduction';

export interface MSELossOptions {
  /** Default 'mean'. */
  readonly reduction?: Reduction;
}

/**
 * The squared difference of output and target, float32 of one shape; averaged by default. `weight`, of the same shape,
 * multiplies the elements, and 'mean' then divides by its sum.
 *
 * Source: torch.nn.functional.mse_loss, which broadcasts with a warning where this refuses.
 * @throws ShapeError where the shapes differ, DTypeError where the output is not float32
 * @example mseLoss(tensor([1, 2]), tensor([1, 4])); // 2
 */
export const mseLoss: ElementLoss<'mseLoss', MSELossOptions & { readonly weight?: Tensor }> = (
  output: Tensor,
  target: Tensor,
  options: MSELossOptions & { readonly weight?: Tensor } = {},
) => {
  checkOptions('mseLoss', options, ['reduction', 'weight']);
  const { reduction = 'mean', weight } = options;
  checkReduction('mseLoss', reduction);
  checkElements('mseLoss', output, target, weight);
  return reduceWeighted('mseLoss', output.sub(target).square(), weight, reduction);
};

/** {@link mseLoss} as a module, without weights. */
@module
export class MSELoss extends Module {
  constructor(readonly options: MSELossOptions = {}) {
    super();
    checkOptions('MSELoss', options, ['reduction']);
    checkReduction('MSELoss', options.reduction ?? 'mean');
  }
  forward<T extends Tensor, U extends Tensor>(output: T, target: Agreeing<'MSELoss', T, U>): Tensor;
  forward(output: Tensor, target: Tensor): Tensor {
    return mseLoss(output, target, this.options);
  }
}
