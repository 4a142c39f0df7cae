import { ShapeError } from '../core/errors';
import { checkOptions } from '../core/options';
import { showShape } from '../core/shape';
import { module, Module } from '../module';
import type { Tensor } from '../tensor';
import type { Agreeing } from '../tensor/shapes/agree';
import type { ShapeOf } from '../tensor/shapes/shape';
import type { Reduced } from './loss-types';
import { reduce, type Reduction } from './reduction';

export interface MSELossOptions {
  /** Default 'mean'. */
  readonly reduction?: Reduction;
}

/**
 * The squared difference of output and target, float32 of one shape; averaged by default.
 *
 * Source: torch.nn.functional.mse_loss, which broadcasts with a warning where this refuses.
 * @throws ShapeError where the shapes differ
 * @example mseLoss(tensor([1, 2]), tensor([1, 4])); // 2
 */
export function mseLoss<T extends Tensor, U extends Tensor, R extends Reduction = 'mean'>(
  output: T,
  target: Agreeing<'mseLoss', T, U>,
  options?: MSELossOptions & { readonly reduction?: R },
): Tensor<Reduced<R, ShapeOf<T>>>;
export function mseLoss(output: Tensor, target: Tensor, options: MSELossOptions = {}): Tensor {
  checkOptions('mseLoss', options, ['reduction']);
  const [a, b] = [output.shape, target.shape];
  if (a.length !== b.length || a.some((dim, i) => dim !== b[i]))
    throw new ShapeError(
      `mseLoss: the output is ${showShape(a)}, the target ${showShape(b)}; reshape one to the other's shape`,
    );
  return reduce('mseLoss', output.sub(target).square(), options.reduction ?? 'mean');
}

/** {@link mseLoss} as a module. */
@module
export class MSELoss extends Module {
  constructor(readonly options: MSELossOptions = {}) {
    super();
    checkOptions('MSELoss', options, ['reduction']);
  }
  forward<T extends Tensor, U extends Tensor>(output: T, target: Agreeing<'MSELoss', T, U>): Tensor;
  forward(output: Tensor, target: Tensor): Tensor {
    return mseLoss(output, target, this.options);
  }
}
