import { checkOptions } from '../core/options';
import { abs, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { module, Module } from '../module';
import type { Tensor } from '../tensor';
import type { Agreeing } from '../tensor/shapes/agree';
import { checkElements } from './loss-checks';
import type { ElementLoss } from './loss-types';
import { pointwise } from './pointwise';
import { checkReduction, reduceWeighted, type Reduction } from './reduction';

export interface L1LossOptions {
  /** Default 'mean'. */
  readonly reduction?: Reduction;
}

/** |x - t| for each element. */
export const absoluteError = pointwise('l1Loss', (x: Expr, t: Expr) => abs(sub(x, t)));

/**
 * |output - target|, float32 of one shape; averaged by default. `weight`, of the same shape, multiplies the elements, and
 * 'mean' then divides by its sum.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.l1_loss.html, which broadcasts with a warning
 * where this refuses.
 * @throws ShapeError where the shapes differ, DTypeError where the output is not float32
 * @example l1Loss(tensor([1, 2]), tensor([1, 4])); // 1
 */
export const l1Loss: ElementLoss<'l1Loss', L1LossOptions & { readonly weight?: Tensor }> = (
  output: Tensor,
  target: Tensor,
  options: L1LossOptions & { readonly weight?: Tensor } = {},
) => {
  checkOptions('l1Loss', options, ['reduction', 'weight']);
  const { reduction = 'mean', weight } = options;
  checkReduction('l1Loss', reduction);
  checkElements('l1Loss', output, target, weight);
  return reduceWeighted('l1Loss', absoluteError(output, target), weight, reduction);
};

/** {@link l1Loss} as a module, without weights. */
@module
export class L1Loss extends Module {
  constructor(readonly options: L1LossOptions = {}) {
    super();
    checkOptions('L1Loss', options, ['reduction']);
    checkReduction('L1Loss', options.reduction ?? 'mean');
  }
  forward<T extends Tensor, U extends Tensor>(output: T, target: Agreeing<'L1Loss', T, U>): Tensor;
  forward(output: Tensor, target: Tensor): Tensor {
    return l1Loss(output, target, this.options);
  }
}
