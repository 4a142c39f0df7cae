import { checkOptions } from '../core/options';
import { abs, le, mul, neg, select, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { module, Module } from '../module';
import { numberOption } from '../module/option-checks';
import type { Tensor } from '../tensor';
import type { Agreeing } from '../tensor/shapes/agree';
import { checkElements } from './loss-checks';
import type { ElementLoss } from './loss-types';
import { bounded, pointwise } from './pointwise';
import { checkReduction, reduce, type Reduction } from './reduction';

export interface HuberLossOptions {
  /** Where the parabola ends and the line begins, above 0. Default 1. */
  readonly delta?: number;
  /** Default 'mean'. */
  readonly reduction?: Reduction;
}

function checked(loss: string, options: HuberLossOptions, more: readonly string[] = []): Required<HuberLossOptions> {
  checkOptions(loss, options, ['delta', 'reduction', ...more]);
  const { delta = 1, reduction = 'mean' } = options;
  return { delta: numberOption(loss, 'delta', delta, 'positive'), reduction: checkReduction(loss, reduction) };
}

const huber = pointwise(
  'huberLoss',
  (x: Expr, t: Expr, delta: Expr) => {
    const distance = abs(sub(x, t));
    const parabola = mul(0.5, mul(distance, distance));
    return select(le(distance, delta), parabola, mul(delta, sub(distance, mul(0.5, delta))));
  },
  (g, _, x, t, delta) => {
    const slope = mul(g, bounded(sub(x, t), delta));
    return [slope, neg(slope), null];
  },
);

/**
 * With d = |output - target|: d^2 / 2 up to delta, and delta (d - delta / 2) from there on; float32 of one shape, averaged
 * by default. `weight`, of the same shape, multiplies the elements; 'mean' divides by their number all the same.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.huber_loss.html, which broadcasts with a
 * warning where this refuses.
 * @throws ShapeError where the shapes differ, DTypeError where the output is not float32, ValueError for a delta not above 0
 * @example huberLoss(tensor([1, 2]), tensor([1, 5]), { delta: 2 }); // 2
 */
export const huberLoss: ElementLoss<'huberLoss', HuberLossOptions & { readonly weight?: Tensor }> = (
  output: Tensor,
  target: Tensor,
  options: HuberLossOptions & { readonly weight?: Tensor } = {},
) => {
  const { delta, reduction } = checked('huberLoss', options, ['weight']);
  checkElements('huberLoss', output, target, options.weight);
  const losses = huber(output, target, delta);
  return reduce('huberLoss', options.weight ? losses.mul(options.weight) : losses, reduction);
};

/** {@link huberLoss} as a module, without weights. */
@module
export class HuberLoss extends Module {
  constructor(readonly options: HuberLossOptions = {}) {
    super();
    checked('HuberLoss', options);
  }
  forward<T extends Tensor, U extends Tensor>(output: T, target: Agreeing<'HuberLoss', T, U>): Tensor;
  forward(output: Tensor, target: Tensor): Tensor {
    return huberLoss(output, target, this.options);
  }
}
