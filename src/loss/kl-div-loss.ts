import { checkOptions } from '../core/options';
import { add, div, eq, exp, log, mul, neg, select, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { module, Module } from '../module';
import { flagOf } from '../module/option-checks';
import type { Tensor } from '../tensor';
import type { Agreeing } from '../tensor/shapes/agree';
import { checkElements, checkFloat } from './loss-checks';
import type { ElementLoss } from './loss-types';
import { pointwise } from './pointwise';
import { checkReduction, reduce, type Reduction } from './reduction';

/** 'batchmean' divides the sum by the size of the first axis: the divergence as it is defined, for each sample. */
export type KLDivReduction = Reduction | 'batchmean';

export interface KLDivLossOptions {
  /** Whether the target holds logarithms of probabilities too. Default false. */
  readonly logTarget?: boolean;
  /** Default 'mean', over all elements. */
  readonly reduction?: KLDivReduction;
}

const reductions: readonly KLDivReduction[] = ['mean', 'batchmean', 'sum', 'none'];

function checked(loss: string, options: KLDivLossOptions): Required<KLDivLossOptions> {
  checkOptions(loss, options, ['logTarget', 'reduction']);
  const { logTarget = false, reduction = 'mean' } = options;
  return { logTarget: flagOf(loss, 'logTarget', logTarget), reduction: checkReduction(loss, reduction, reductions) };
}

const logOrZero = (t: Expr) => select(eq(t, 0), 0, log(t));
const divergence = pointwise(
  'klDivLoss',
  (x: Expr, t: Expr) => sub(mul(t, logOrZero(t)), mul(t, x)),
  // t / t is 1, and NaN at 0, where the slope is infinite: as PyTorch has it
  (g, _, x, t) => [neg(mul(g, t)), mul(g, sub(add(logOrZero(t), div(t, t)), x))],
);
const logDivergence = pointwise('klDivLoss of logarithms', (x: Expr, t: Expr) => mul(exp(t), sub(t, x)));

/**
 * The Kullback-Leibler divergence, target (log(target) - output) for each element: the output holds logarithms of
 * probabilities, the target probabilities, or their logarithms too with `logTarget`. float32 of one shape.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.kl_div.html, which broadcasts where this
 * refuses.
 * @throws ShapeError where the shapes differ, DTypeError where output or target are not float32
 * @example klDivLoss(tensor([[0.5, 0.5]]).log(), tensor([[0.25, 0.75]]), { reduction: 'batchmean' }); // 0.1308
 */
export const klDivLoss: ElementLoss<'klDivLoss', KLDivLossOptions, KLDivReduction> = (
  output: Tensor,
  target: Tensor,
  options: KLDivLossOptions = {},
) => {
  const { logTarget, reduction } = checked('klDivLoss', options);
  checkElements('klDivLoss', output, target);
  checkFloat('klDivLoss', 'target', target);
  const losses = (logTarget ? logDivergence : divergence)(output, target);
  return reduction === 'batchmean' ? losses.sum().div(output.shape[0] ?? 1) : reduce('klDivLoss', losses, reduction);
};

/** {@link klDivLoss} as a module. */
@module
export class KLDivLoss extends Module {
  constructor(readonly options: KLDivLossOptions = {}) {
    super();
    checked('KLDivLoss', options);
  }
  forward<T extends Tensor, U extends Tensor>(output: T, target: Agreeing<'KLDivLoss', T, U>): Tensor;
  forward(output: Tensor, target: Tensor): Tensor {
    return klDivLoss(output, target, this.options);
  }
}
